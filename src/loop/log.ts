import { Buffer } from "node:buffer";
import { type Colour, paint } from "../core/colour.ts";
import { LineSplitter } from "../core/lines.ts";
import { clip, plain } from "../core/text.ts";
import { localClock } from "../core/time.ts";
import type { Clock, Files, Writer } from "../sys/sys.ts";

/** The lines a person sees while the loop works. */
export interface BeatLog {
  line(text: string, colour?: Colour): void;
  /** Many lines at once, each behind the gutter. */
  output(lines: readonly string[]): void;
}

/** What draws the gutter of a runner's output. */
const GUTTER = "│ ";

/** Longest line shown on the terminal, in characters; the archive has all of it. */
const SHOWN_CHARS = 2_000;

/** How much of one run's output is kept, in bytes. What is beyond is counted and said, never dropped in silence. */
export const ARCHIVE_BYTES = 67_108_864;

/** A log of `[HH:MM:SS] text` lines, given to `put` in whole lines without the last newline. */
export function beatLog(clock: Clock, colour: boolean, put: (text: string) => void): BeatLog {
  const stamp = () => paint(colour, "dim", `[${localClock(clock.now())}]`);
  return {
    line: (text, tint) => put(`${stamp()} ${tint === undefined ? text : paint(colour, tint, text)}`),
    output: (lines) => {
      const time = stamp();
      put(lines.map((line) => `${time} ${GUTTER}${clip(line, SHOWN_CHARS)}`).join("\n"));
    },
  };
}

/** Takes a runner's output: shows it line by line and archives it, both within bounds. */
export class RunnerOutput {
  private readonly splitter = new LineSplitter();
  private readonly writer: Writer;
  private kept = 0;
  private dropped = 0;
  /** The end of what came, for the failure report. */
  tail: readonly string[] = [];
  private readonly clock: Clock;
  private readonly log: BeatLog;

  constructor(files: Files, clock: Clock, log: BeatLog, path: string) {
    this.clock = clock;
    this.log = log;
    this.writer = files.openWriter(path);
  }

  push(bytes: Uint8Array): void {
    if (this.kept >= ARCHIVE_BYTES) this.dropped += bytes.length;
    else this.take(this.splitter.push(bytes));
  }

  end(): void {
    this.take(this.splitter.end());
    if (this.dropped > 0) this.take([`looop: ${this.dropped} more bytes were not kept (limit ${ARCHIVE_BYTES})`]);
    this.writer.close();
  }

  private take(lines: readonly string[]): void {
    if (lines.length === 0) return;
    const clean = lines.map((line) => plain(line));
    this.tail = [...this.tail, ...clean.filter((line) => line.trim() !== "").slice(-TAIL_LINES)].slice(-TAIL_LINES);
    const time = `[${localClock(this.clock.now())}] `;
    const bytes = Buffer.from(clean.map((line) => `${time}${line}\n`).join(""));
    this.kept += bytes.length;
    this.writer.write(bytes);
    this.log.output(clean);
  }
}

/** How many last lines a failure report quotes. */
const TAIL_LINES = 5;
