import { journalAppend, journalLine } from "../../store/policy/journal.ts";
import { recordTaintedLine, withProvenanceLock } from "../../store/policy/provenance.ts";
import type { Context, DataDeps } from "../context/context.ts";

/** The dependencies of writing a journal line. */
export type JournalDeps = DataDeps & Pick<Context, "locks">;

/** A line for the journal. */
export interface Entry {
  readonly text: string;
  /** Set for a line of a tainted beat: the name of its move, which is shown in place of its words. */
  readonly tainted?: string;
}

/**
 * Appends a line to the journal and returns it as written. A tainted line is recorded as unverified before that: a crash
 * between the two must not make it trusted.
 */
export async function writeJournal(deps: JournalDeps, { text, tainted }: Entry): Promise<string> {
  const { files, paths, clock, sha256 } = deps;
  const nowMs = clock.now();
  const line = journalLine(text, nowMs);
  if (tainted !== undefined)
    await withProvenanceLock(deps, () => recordTaintedLine(files, paths, sha256(line), tainted));
  journalAppend(files, paths.journal, text, nowMs);
  return line;
}
