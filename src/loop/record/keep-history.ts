import type { BeatRecord } from "../../core/beat/beat-record.ts";
import { expected } from "../../core/error.ts";
import type { Note } from "../../core/history/revision.ts";
import type { CommitResult, History } from "../../store/history/history.ts";
import type { RecordDeps } from "../context/context.ts";
import type { Stopwatch } from "../context/stopwatch.ts";

/** The dependencies of keeping the history. */
export type HistoryDeps = Pick<RecordDeps, "config" | "log" | "memory">;

/** Runs the acting part of a beat and commits its changes under its record; see {@linkcode commitAround}. */
export function commitBeat<T extends { readonly record: BeatRecord }>(
  deps: HistoryDeps,
  { runId, watch }: { readonly runId: string; readonly watch: Stopwatch },
  act: () => Promise<T>,
): Promise<T> {
  return commitAround(deps, { runId, watch, noteOf: (done?: T) => beatNote(runId, done?.record) }, act);
}

/** The same for asks that were answered no or have expired: no run did that. */
export function commitClosedAsks(deps: HistoryDeps, watch: Stopwatch, act: () => Promise<void>): Promise<void> {
  const subject = "(looop) closed what was answered or has expired";
  return commitAround(deps, { runId: undefined, watch, noteOf: () => ({ kind: "answered", subject }) }, act);
}

/**
 * Commits what the person changed before `act`, then what `act` changed. A problem with the history is logged and fails
 * nothing, because the files themselves are safe.
 */
async function commitAround<T>(
  deps: HistoryDeps,
  { runId, watch, noteOf }: { runId: string | undefined; watch: Stopwatch; noteOf: (done?: T) => Note },
  act: () => Promise<T>,
): Promise<T> {
  const history = (await deps.config()).memory.git ? deps.memory() : undefined;
  const cutOff: Note = { kind: "interrupted", subject: `(looop) cut off in the middle: ${runId ?? ""}`, beat: runId };
  const begun = history !== undefined && (await logged(deps, () => history.begin(cutOff)));
  watch.lap("remember");
  let done: T | undefined;
  try {
    done = await act();
    return done;
  } finally {
    const note = noteOf(done);
    if (begun) await logged(deps, () => history.keep(note));
    if (begun) await logged(deps, () => packed(history));
  }
}

/** The commit message of a run. One without a record ended in an error of its own. */
function beatNote(runId: string, record: BeatRecord | undefined): Note {
  if (record === undefined) return { kind: "failed", subject: `(looop) failed: ${runId}`, beat: runId };
  const { kind, outcome, journal, move } = record;
  const how = outcome.kind === "failed" || outcome.kind === "interrupted" ? outcome.kind : kind;
  const subject = journal ?? `(looop) ${outcome.kind}: ${outcome.text.split("\n")[0]}`;
  return { kind: how, subject, beat: runId, action: outcome.kind === "done" ? move?.action : undefined };
}

async function logged({ log }: HistoryDeps, act: () => Promise<CommitResult>): Promise<boolean> {
  try {
    for (const problem of (await act()).problems) log.line(`memory: ${problem}`, "yellow");
    return true;
  } catch (error) {
    expected(error);
    log.line(`not remembered: ${error.message}`, "yellow");
    return false;
  }
}

async function packed(history: History): Promise<CommitResult> {
  const problem = await history.tidy();
  return { commit: undefined, problems: problem === undefined ? [] : [problem] };
}
