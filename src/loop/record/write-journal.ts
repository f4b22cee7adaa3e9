import { journalAppend, journalLine } from "../../store/policy/journal.ts";
import { recordDoubtLine, recordVouchedLines, withProvenanceLock } from "../../store/policy/provenance.ts";
import type { Context, DataDeps } from "../context/context.ts";

/** The dependencies of writing a journal line. */
export type JournalDeps = DataDeps & Pick<Context, "locks">;

/** A line for the journal. */
export interface Entry {
  readonly text: string;
  /** Set for a line of a tainted beat: the kind of its move, which is shown in place of its words. */
  readonly tainted?: string;
}

/**
 * Appends a line to the journal and returns it as written. A line in doubt is recorded before that and a vouched one
 * after it, so that a crash between the two leaves it in doubt.
 */
export async function writeJournal(deps: JournalDeps, { text, tainted }: Entry): Promise<string> {
  const { files, paths, clock } = deps;
  const nowMs = clock.now();
  const line = journalLine(text, nowMs);
  await withProvenanceLock(deps, () => {
    if (tainted !== undefined) recordDoubtLine(deps, line, tainted);
    journalAppend(files, paths.journal, text, nowMs);
    if (tainted === undefined) recordVouchedLines(deps, [line]);
  });
  return line;
}
