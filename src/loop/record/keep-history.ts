import { expected } from "../../core/error.ts";
import type { Note } from "../../core/history/revision.ts";
import { readBeatRecord } from "../../store/beat/beat-records.ts";
import type { CommitResult, History } from "../../store/history/history.ts";
import type { Context } from "../context/context.ts";
import type { Stopwatch } from "../context/stopwatch.ts";

/**
 * Lets a run act, and keeps in memory what a person changed before and what the run changed; without an id it is looop
 * itself that settles something. Whatever goes wrong with memory is told and fails nothing: the files are safe.
 */
export async function remembering<T>(
  context: Context,
  { runId, watch }: { readonly runId: string | undefined; readonly watch: Stopwatch },
  act: () => Promise<T>,
): Promise<T> {
  const memory = (await context.config()).memory.git ? context.memory() : undefined;
  const cutOff: Note = { kind: "interrupted", subject: `(looop) cut off in the middle: ${runId ?? ""}`, beat: runId };
  const begun = memory !== undefined && (await told(context, () => memory.begin(cutOff)));
  watch.lap("remember");
  try {
    return await act();
  } finally {
    if (begun) await told(context, () => memory.keep(noteOf(context, runId)));
    if (begun) await told(context, () => packed(memory));
  }
}

/** How a run is called in memory. One that left no record ended in an error of its own. */
function noteOf({ files, paths }: Context, runId: string | undefined): Note {
  if (runId === undefined) return { kind: "answered", subject: "(looop) closed what was answered or has expired" };
  const record = readBeatRecord(files, paths, runId);
  if (record === undefined) return { kind: "failed", subject: `(looop) failed: ${runId}`, beat: runId };
  const { kind, outcome, journal, move } = record;
  const how = outcome.kind === "failed" || outcome.kind === "interrupted" ? outcome.kind : kind;
  const subject = journal ?? `(looop) ${outcome.kind}: ${outcome.text.split("\n")[0]}`;
  return { kind: how, subject, beat: runId, action: outcome.kind === "done" ? move?.action : undefined };
}

async function told(context: Context, act: () => Promise<CommitResult>): Promise<boolean> {
  try {
    for (const problem of (await act()).problems) context.log.line(`memory: ${problem}`, "yellow");
    return true;
  } catch (error) {
    expected(error);
    context.log.line(`not remembered: ${error.message}`, "yellow");
    return false;
  }
}

async function packed(memory: History): Promise<CommitResult> {
  const problem = await memory.tidy();
  return { commit: undefined, problems: problem === undefined ? [] : [problem] };
}
