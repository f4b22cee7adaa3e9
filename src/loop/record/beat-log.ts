import { Buffer } from "node:buffer";
import { type Colour, paint } from "../../core/colour.ts";
import { expected } from "../../core/error.ts";
import { parseMove } from "../../core/move/parse-move.ts";
import { BoundedBuffer } from "../../core/stream/bounded-buffer.ts";
import { LineSplitter } from "../../core/stream/lines.ts";
import { clip, plain, utf8 } from "../../core/text.ts";
import type { Files, Writer } from "../../sys/sys.ts";

/** The lines a person sees while the loop works. */
export interface BeatLog {
  /** Returns the time as each line shows it: `09:30:05`. */
  time(): string;
  line(text: string, colour?: Colour): void;
  /** Shows lines of a runner, joined by newlines, each after the gutter. */
  output(lines: string): void;
}

/** The gutter before each line of a runner's output. */
const GUTTER = "│ ";

/** The longest line shown on the terminal, in characters; the archive has the whole line. */
const SHOWN_CHARS = 2_000;

/** Anchored at the start of a line: without that, the match would be tried at every character. */
const TOO_LONG = new RegExp(`^[^\\n]{${SHOWN_CHARS + 1},}`, "gm");

function eachBehind(start: string, lines: string): string {
  return start + lines.replaceAll("\n", `\n${start}`);
}

/** The part of one run's output that is kept, in bytes. The archive ends with the number of bytes beyond it. */
export const ARCHIVE_BYTES = 67_108_864;

/** Returns a log of `[HH:MM:SS] text` lines, which calls `put` with whole lines without the last newline. */
export function openBeatLog(time: () => string, colour: boolean, put: (text: string) => void): BeatLog {
  const stamp = () => paint(colour, "dim", `[${time()}]`);
  return {
    time,
    line: (text, tint) => put(`${stamp()} ${tint === undefined ? text : paint(colour, tint, text)}`),
    output: (lines) =>
      put(
        eachBehind(
          `${stamp()} ${GUTTER}`,
          lines.replace(TOO_LONG, (line) => clip(line, SHOWN_CHARS)),
        ),
      ),
  };
}

/** Returns the same log without lines that are a whole move: looop logs the move itself next, in words. */
export function withoutMoves(log: BeatLog): BeatLog {
  const isTalk = (line: string) => parseMove(line).kind !== "move";
  const output = (lines: string) => {
    const talk = lines.includes('"action"') ? lines.split("\n").filter(isTalk).join("\n") : lines;
    if (talk !== "" || lines === "") log.output(talk);
  };
  return { ...log, output };
}

/** The number of last lines that a failure report quotes, the length of each, and the bytes kept to find them. */
const TAIL_LINES = 5;
const TAIL_CHARS = 400;
const TAIL_BYTES = 8_192;

/** Shows a runner's output line by line and archives it, both within limits. */
export class RunnerOutput {
  readonly #splitter = new LineSplitter();
  readonly #end = new BoundedBuffer("end", TAIL_BYTES);
  readonly #writer: Writer;
  readonly #log: BeatLog;
  #kept = 0;
  #dropped = 0;
  #lost = false;

  constructor(files: Files, log: BeatLog, path: string) {
    this.#log = log;
    this.#writer = files.openWriter(path);
  }

  push(bytes: Uint8Array): void {
    this.#end.push(bytes);
    // Both totals count: input costs time to process, and output is larger because each line gets a time.
    if (Math.max(this.#end.total, this.#kept) > ARCHIVE_BYTES) this.#dropped += bytes.length;
    else for (const piece of pieces(bytes)) this.#take(this.#splitter.push(piece));
  }

  /** Ends the archive. */
  close(): void {
    this.#take(this.#splitter.end());
    if (this.#dropped > 0) this.#take(`looop: ${this.#dropped} more bytes were not kept (limit ${ARCHIVE_BYTES})`);
    this.#writer.close();
  }

  /** Returns the last lines that are not blank, for a failure report. */
  tail(): string[] {
    const lines = plain(utf8(this.#end.bytes())).split("\n");
    return lines
      .filter((line) => line.trim() !== "")
      .slice(-TAIL_LINES)
      .map((line) => clip(line, TAIL_CHARS));
  }

  #take(lines: string | undefined): void {
    if (lines === undefined) return;
    const clean = cleaned(lines);
    const bytes = Buffer.from(`${eachBehind(`[${this.#log.time()}] `, clean)}\n`);
    this.#kept += bytes.length;
    this.#archive(bytes);
    this.#log.output(clean);
  }

  /** A full disk loses the archive, but not the move under way. */
  #archive(bytes: Uint8Array): void {
    if (this.#lost) return;
    try {
      this.#writer.write(bytes);
    } catch (error) {
      expected(error);
      this.#lost = true;
      this.#log.line(`the runner's output is not kept any more: ${error.message}`, "red");
    }
  }
}

/** The size of a piece that is processed at once, in bytes: its lines take many times that while they get their times. */
const PIECE_BYTES = 8_192;

function* pieces(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

/** Cleans all lines at once, or one by one when there is an escape: an unfinished sequence must not hide the next line. */
function cleaned(lines: string): string {
  return lines.includes("\u001b") ? lines.split("\n").map(plain).join("\n") : plain(lines);
}
