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
  /** The time it is, as each line says it: `09:30:05`. */
  time(): string;
  line(text: string, colour?: Colour): void;
  /** Lines of a runner, joined by newlines, each behind the gutter. */
  output(lines: string): void;
}

/** What draws the gutter of a runner's output. */
const GUTTER = "│ ";

/** Longest line shown on the terminal, in characters; the archive has all of it. */
const SHOWN_CHARS = 2_000;

/** Anchored: elsewhere it would be tried again from every character of every line. */
const TOO_LONG = new RegExp(`^[^\\n]{${SHOWN_CHARS + 1},}`, "gm");

function eachBehind(start: string, lines: string): string {
  return start + lines.replaceAll("\n", `\n${start}`);
}

/** How much of one run's output is kept, in bytes. What is beyond is counted and said, never dropped in silence. */
export const ARCHIVE_BYTES = 67_108_864;

/** A log of `[HH:MM:SS] text` lines, given to `put` in whole lines without the last newline. */
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

/** The same log without the lines that are a whole move: what looop makes of it is said next, in words. */
export function withoutMoves(log: BeatLog): BeatLog {
  const isTalk = (line: string) => parseMove(line).kind !== "move";
  const output = (lines: string) => {
    const talk = lines.includes('"action"') ? lines.split("\n").filter(isTalk).join("\n") : lines;
    if (talk !== "" || lines === "") log.output(talk);
  };
  return { ...log, output };
}

/** How many last lines a failure report quotes, how long each may be, and how much is kept to find them. */
const TAIL_LINES = 5;
const TAIL_CHARS = 400;
const TAIL_BYTES = 8_192;

/** Takes a runner's output: shows it line by line and archives it, both within bounds. */
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
    // Both count: what comes in, because taking it costs time, and what goes out, because each line gets a time.
    if (Math.max(this.#end.total, this.#kept) > ARCHIVE_BYTES) this.#dropped += bytes.length;
    else for (const piece of pieces(bytes)) this.#take(this.#splitter.push(piece));
  }

  /** No more will come. */
  close(): void {
    this.#take(this.#splitter.end());
    if (this.#dropped > 0) this.#take(`looop: ${this.#dropped} more bytes were not kept (limit ${ARCHIVE_BYTES})`);
    this.#writer.close();
  }

  /** The last lines that are not blank, for a failure report. */
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

  /** A disk that is full loses the archive, not the move that is under way. */
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

/** What is taken at a time, in bytes: its lines are many times as large while they get their times. */
const PIECE_BYTES = 8_192;

function* pieces(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

/** All lines at once, but for those with an escape: a sequence that is not ended must not take the next line with it. */
function cleaned(lines: string): string {
  return lines.includes("\u001b") ? lines.split("\n").map(plain).join("\n") : plain(lines);
}
