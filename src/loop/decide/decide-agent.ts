import type { BeatRecord } from "../../core/beat/beat-record.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { type PromptInput, renderPrompt } from "../../core/prompt/prompt.ts";
import { clip, plainLine } from "../../core/text.ts";
import { flapping } from "../../core/world/flapping.ts";
import { changeLine } from "../../core/world/world.ts";
import type { Run } from "../../store/beat/runs.ts";
import { readArchivedGoal } from "../../store/policy/goals.ts";
import { compareJournal, journalAppend, journalTail } from "../../store/policy/journal.ts";
import type { Context, DataDeps, PromptDeps, ReportDeps } from "../context/context.ts";
import { type DecideRequest, type DecideResult, limitOf } from "../context/decision.ts";
import { neglectedGoal } from "../hold/neglected-goal.ts";
import { scheduleSection } from "../observe/schedule-items.ts";
import { type BeatSnapshot, titled } from "../observe/snapshot.ts";
import type { BeatLog } from "../record/beat-log.ts";
import { decideKind, recordBeat } from "../record/record-beat.ts";
import { askSections } from "./ask-sections.ts";
import { type Called, callRunner } from "./call-runner.ts";

const JOURNAL_LINES = 20;

/** The number of changes that the log names, and the length of each, in characters. */
const LOGGED_CHANGES = 5;
const LOGGED_CHARS = 160;

/** Lets the runner make its one move with its own tools. Writes its archive, journal line, events and record. */
export async function decideAsAgent(context: Context, request: DecideRequest): Promise<DecideResult> {
  const { files, paths, log } = context;
  const { goal, run, runner, snapshot, watch } = request;
  files.write(run.prompt, agentPrompt(context, request));
  files.copy(paths.journal, run.journalBefore);
  logDecideStart(log, request);
  context.event("decide_start", { runner: runner.name, run_id: run.id });

  watch.lap("prompt");
  const called = await callRunner(context, request, { cwd: paths.data, log });
  watch.lap("decide");
  refuseDeleted(context, run);
  const outcome = outcomeOf(called);
  const journal = outcome.kind === "done" ? journalOf(context, run) : null;
  files.remove(run.journalBefore);
  report(context, run, outcome, journal, called.ended.tookMs);
  const record = recordBeat(context, request, {
    kind: decideKind(goal),
    mode: "agent",
    runner: runner.name,
    changes: snapshot.changes ?? null,
    tainted: ["agent mode: all that was sensed is in the prompt"],
    answer: null,
    move: null,
    judgement: null,
    outcome: { ...outcome, ask: null },
    journal,
    cost_usd: called.costUsd ?? null,
  });
  return { record, ...(called.trouble === undefined ? {} : limitOf(called.trouble)) };
}

/** Returns the prompt of a runner that acts with its own tools. */
export function agentPrompt(
  { bin, clock, files, paths }: PromptDeps,
  { snapshot, goal }: Pick<DecideRequest, "snapshot" | "goal">,
): string {
  const nowMs = clock.now();
  const { claims, extras, observed, schedules, workers } = snapshot;
  const archived = goal === undefined ? [] : readArchivedGoal(files, paths, goal, observed.goals);
  const input: PromptInput = {
    dataDir: paths.data,
    bin,
    playbook: titled([{ id: "", bytes: observed.playbook }])[0]?.text ?? "",
    goals: titled([...observed.goals, ...archived], ".md"),
    readings: titled(observed.readings),
    workers,
    claims: titled(claims),
    more: [...(schedules.length === 0 ? [] : [scheduleSection(schedules, nowMs)]), ...askSections(extras, nowMs)],
    journal: journalTail(files, paths.journal, JOURNAL_LINES),
    changes: snapshot.changes,
    lastFailure: failureNote(snapshot),
    neglected: neglectedGoal({ files, paths }, snapshot),
    flapping: flapping(snapshot.flaps),
    manualGoal: goal,
    nowMs,
  };
  return renderPrompt(input);
}

/** Shows the person which runner decides and what changed. */
export function logDecideStart(
  log: BeatLog,
  { goal, runner, snapshot: { changes } }: Pick<DecideRequest, "goal" | "runner" | "snapshot">,
): void {
  log.line(`┌─ ${goal === undefined ? "deciding" : `moving on ${goal}`} with ${runner.name}`, "cyan");
  const lines = changes?.map(changeLine) ?? ["a first beat: all of it is new"];
  for (const line of lines.slice(0, LOGGED_CHANGES)) log.line(`│ ${clip(plainLine(line), LOGGED_CHARS)}`, "dim");
  if (lines.length > LOGGED_CHANGES) log.line(`│ … and ${lines.length - LOGGED_CHANGES} more`, "dim");
}

function failureNote({ failure, interruptedRun }: BeatSnapshot): string | undefined {
  if (interruptedRun !== undefined) {
    return `The beat before this one (${interruptedRun}) was cut off in the middle: its move may be half done. Look before you act.`;
  }
  if (failure === undefined) return undefined;
  return `${failure.failures} in a row; the last was ${failure.runId}: ${failure.error}`;
}

/** Throws when the data folder was deleted during the call: writing on would bring parts of it back. */
export function refuseDeleted({ files, paths }: DataDeps, run: Run): void {
  if (files.stat(run.folder) !== undefined) return;
  throw new LooopError({
    message: `Cannot finish ${run.id}: ${paths.data} was deleted while the runner worked`,
    hint: "Put the folder back; what the runner did stays done",
    exit: EXIT.failed,
  });
}

type Outcome = Pick<BeatRecord["outcome"], "text"> & { readonly kind: "done" | "failed" | "interrupted" };

function outcomeOf({ ended, trouble }: Called): Outcome {
  if (ended.aborted) return { kind: "interrupted", text: "the runner was ended before it was done" };
  if (trouble !== undefined) return { kind: "failed", text: trouble.text };
  return { kind: "done", text: "the runner acted with its own tools; what it said is in output.log" };
}

/** Returns the journal line of this move. looop adds one only when the runner wrote none, and never edits the others. */
function journalOf({ clock, event, files, log, paths }: DataDeps & ReportDeps, run: Run): string {
  const verdict = compareJournal(files, paths.journal, run.journalBefore);
  if (!verdict.isIntact) {
    const kept = `${paths.data}/journal.before-${run.id}.md`;
    files.copy(run.journalBefore, kept);
    log.line(`the runner changed earlier journal lines; the journal as it was is ${kept}`, "yellow");
    event("journal_changed", { run_id: run.id, kept });
  }
  const last = verdict.lines.at(-1);
  if (last !== undefined) return last;
  const text = `(looop) the runner ended well but wrote no journal line: ${run.id}`;
  journalAppend(files, paths.journal, text, clock.now());
  return text;
}

/** Logs the end of the decide and writes its event. */
function report({ event, log }: ReportDeps, run: Run, outcome: Outcome, journal: string | null, tookMs: number): void {
  const took = `${Math.round(tookMs / 1_000)} s`;
  switch (outcome.kind) {
    case "done":
      log.line(`└─ done (${took}): ${journal}`, "green");
      event("decided", { run_id: run.id, journal });
      return;
    case "failed":
      log.line(`└─ failed (${took}): ${outcome.text.split("\n")[0]}`, "red");
      log.line(`   replay: ${run.folder}`, "red");
      event("tick_failed", { run_id: run.id, error: outcome.text });
      return;
    case "interrupted":
      log.line(`└─ interrupted (${took})`, "yellow");
      event("tick_interrupted", { run_id: run.id });
  }
}
