import { Buffer } from "node:buffer";
import { plainLine, utf8 } from "../../core/text.ts";
import { localMinute } from "../../core/time.ts";
import type { Files } from "../../sys/sys.ts";

/** How much of the end is read for the last lines, in bytes: 20 lines of 500 characters, and room. */
const TAIL_BYTES = 65_536;

/** Block size when two journals are compared, in bytes. */
const BLOCK_BYTES = 1_048_576;

/** The last `count` lines that are not blank, oldest first. Reads only the end of the file. */
export function journalTail(files: Files, path: string, count: number): string[] {
  const sizeBytes = files.stat(path)?.sizeBytes ?? 0;
  const text = utf8(files.readPart(path, -TAIL_BYTES, TAIL_BYTES) ?? new Uint8Array());
  const lines = text.split("\n").map(plainLine);
  // The first piece of a longer file is the end of a line that began before it.
  const whole = sizeBytes > TAIL_BYTES && lines.length > 1 ? lines.slice(1) : lines;
  return whole.filter((line) => line !== "").slice(-count);
}

/** Adds a line in looop's form: `- YYYY-MM-DD HH:MM text`. */
export function journalAppend(files: Files, path: string, text: string, nowMs: number): void {
  files.append(path, journalLine(text, nowMs));
}

/** That line. */
export function journalLine(text: string, nowMs: number): string {
  return `- ${localMinute(nowMs)} ${plainLine(text)}`;
}

/** What happened to the journal while a decider had it. */
export interface JournalVerdict {
  /** The lines that came, clean; empty when none did. */
  readonly lines: readonly string[];
  /** Whether what stood there before is still there, byte for byte. */
  readonly intact: boolean;
}

/** Compares the journal with the copy taken before the run. Reads block by block: a journal may be large. */
export function judgeJournal(files: Files, path: string, copy: string): JournalVerdict {
  const before = files.stat(copy)?.sizeBytes ?? 0;
  const intact = sameStart(files, path, copy, before);
  const now = files.stat(path)?.sizeBytes ?? 0;
  const start = intact ? before : Math.max(0, now - TAIL_BYTES);
  const came = utf8(files.readPart(path, start, TAIL_BYTES) ?? new Uint8Array());
  const known = intact ? new Set<string>() : new Set(journalTail(files, copy, Number.MAX_SAFE_INTEGER));
  const lines = came.split("\n").map(plainLine);
  return { intact, lines: lines.filter((line) => line !== "" && !known.has(line)) };
}

function sameStart(files: Files, path: string, copy: string, length: number): boolean {
  for (let at = 0; at < length; at += BLOCK_BYTES) {
    const was = files.readPart(copy, at, BLOCK_BYTES);
    const now = files.readPart(path, at, Math.min(BLOCK_BYTES, length - at));
    if (was === undefined || now === undefined || Buffer.compare(was, now) !== 0) return false;
  }
  return true;
}
