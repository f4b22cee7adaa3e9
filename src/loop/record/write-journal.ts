import { journalAppend, journalLine } from "../../store/policy/journal.ts";
import { recordTaintedLine, withProvenanceLock } from "../../store/policy/provenance.ts";
import type { Context } from "../context/context.ts";

/** A line for the journal. */
export interface Entry {
  readonly text: string;
  /** Set when the words are those of a tainted beat: the name of the move, to tell of it without them. */
  readonly tainted?: string;
}

/** Writes a line into the journal, and returns it as it stands there. The doubt is on record before the line is. */
export async function writeJournal(context: Context, { text, tainted }: Entry): Promise<string> {
  const { files, paths, clock, sha256 } = context;
  const nowMs = clock.now();
  const line = journalLine(text, nowMs);
  if (tainted !== undefined)
    await withProvenanceLock(context, () => recordTaintedLine(files, paths, sha256(line), tainted));
  journalAppend(files, paths.journal, text, nowMs);
  return line;
}
