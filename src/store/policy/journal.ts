/** `journal.md`, one line per entry. The decider and looop append to it; prompts show its end. */
import { Buffer } from "node:buffer";
import { plainLine, utf8 } from "../../core/text.ts";
import { localMinute } from "../../core/time.ts";
import type { Files } from "../../sys/sys.ts";

/** The number of bytes read at the end for the last lines: 20 lines of 500 characters, with room. */
const TAIL_BYTES = 65_536;

/** The block size for comparing two journals, in bytes. */
const BLOCK_BYTES = 1_048_576;

/** Returns the last `count` lines that are not blank, oldest first. Reads only the end of the file. */
export function journalTail(files: Files, path: string, count: number): string[] {
  const sizeBytes = files.stat(path)?.sizeBytes ?? 0;
  const text = utf8(files.readPart(path, -TAIL_BYTES, TAIL_BYTES) ?? new Uint8Array());
  const lines = text.split("\n").map(plainLine);
  // In a longer file the first piece is the end of a line whose start was not read.
  const complete = sizeBytes > TAIL_BYTES && lines.length > 1 ? lines.slice(1) : lines;
  return complete.filter((line) => line !== "").slice(-count);
}

/** Appends the line that {@linkcode journalLine} makes. Follows a symbolic link: people keep their journal with their dotfiles. */
export function journalAppend(files: Files, path: string, text: string, nowMs: number): void {
  files.append(files.real(path) ?? path, journalLine(text, nowMs));
}

/** Returns a journal line: `- YYYY-MM-DD HH:MM text`, in local time. */
export function journalLine(text: string, nowMs: number): string {
  return `- ${localMinute(nowMs)} ${plainLine(text)}`;
}

/** The change to the journal during a decide. */
export interface JournalChange {
  /** The new lines, without control characters. */
  readonly lines: readonly string[];
  /** True when the text from before the decide is still there, byte for byte. */
  readonly isIntact: boolean;
}

/** Compares the journal with the copy taken before the run. Reads block by block: a journal may be large. */
export function compareJournal(files: Files, path: string, copy: string): JournalChange {
  const beforeBytes = files.stat(copy)?.sizeBytes ?? 0;
  const isIntact = startsWithCopy(files, path, copy, beforeBytes);
  const nowBytes = files.stat(path)?.sizeBytes ?? 0;
  const start = isIntact ? beforeBytes : Math.max(0, nowBytes - TAIL_BYTES);
  const added = utf8(files.readPart(path, start, TAIL_BYTES) ?? new Uint8Array());
  const known = isIntact ? new Set<string>() : new Set(journalTail(files, copy, Number.MAX_SAFE_INTEGER));
  const lines = added.split("\n").map(plainLine);
  return { isIntact, lines: lines.filter((line) => line !== "" && !known.has(line)) };
}

function startsWithCopy(files: Files, path: string, copy: string, length: number): boolean {
  for (let at = 0; at < length; at += BLOCK_BYTES) {
    const before = files.readPart(copy, at, BLOCK_BYTES);
    const now = files.readPart(path, at, Math.min(BLOCK_BYTES, length - at));
    if (before === undefined || now === undefined || Buffer.compare(before, now) !== 0) return false;
  }
  return true;
}
