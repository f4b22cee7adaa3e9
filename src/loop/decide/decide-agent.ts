import type { Failure } from "../../core/beat/backoff.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { type PromptInput, renderPrompt } from "../../core/prompt/prompt.ts";
import { clip, plainLine } from "../../core/text.ts";
import { type Change, changeLine } from "../../core/world/world.ts";
import type { Run } from "../../store/beat/runs.ts";
import { compareJournal, journalAppend, journalTail } from "../../store/policy/journal.ts";
import type { Context } from "../context/context.ts";
import type { DecideRequest, DecideResult, Failed, Trouble } from "../context/decision.ts";
import { hygieneOf } from "../hold/hygiene.ts";
import { scheduleSection } from "../observe/due-schedules.ts";
import { changes, titled } from "../observe/look.ts";
import { recordAgentBeat } from "../record/record-beat.ts";
import { askSections } from "./ask-sections.ts";
import { type Called, callRunner } from "./call-runner.ts";

const JOURNAL_LINES = 20;

/** How many changes the log names, and how long each may be, in characters. */
const SAID_CHANGES = 5;
const SAID_CHARS = 160;

/** Lets the runner make its one move with its own tools, and tells how that went. Writes archive, journal and events. */
export async function decideAsAgent(context: Context, occasion: DecideRequest): Promise<DecideResult> {
  const { files, paths, log } = context;
  const { run, watch } = occasion;
  const changed = changes(context, occasion.look);
  files.write(run.prompt, agentPrompt(context, occasion));
  files.copy(paths.journal, run.journalBefore);
  const name = occasion.runner.name;
  log.line(`┌─ ${occasion.goal === undefined ? "deciding" : `moving on ${occasion.goal}`} with ${name}`, "cyan");
  sayChanges(context, changed);
  context.event("decide_start", { runner: name, run_id: run.id });

  watch.lap("prompt");
  const called = await callRunner(context, occasion, { cwd: paths.data, log });
  watch.lap("decide");
  refuseDeleted(context, run);
  const outcome = outcomeOf(context, run, called);
  files.remove(run.journalBefore);
  announce(context, run, outcome, called.ended.tookMs);
  recordAgentBeat(context, occasion, { outcome, changes: changed ?? null, costUsd: called.costUsd });
  return outcome;
}

/** What a runner that acts with its own tools is told. */
export function agentPrompt(
  context: Context,
  { look, failure, goal }: Pick<DecideRequest, "look" | "failure" | "goal">,
): string {
  const interrupted = context.guards.interrupted()?.runId;
  const input: PromptInput = {
    dataDir: context.paths.data,
    bin: context.bin,
    playbook: titled([{ id: "", bytes: look.observed.playbook }])[0]?.text ?? "",
    goals: titled(look.observed.goals, ".md"),
    readings: titled(look.observed.readings),
    workers: look.workers,
    claims: titled(look.claims),
    more: [
      ...(look.schedules.length === 0 ? [] : [scheduleSection(look.schedules, context.clock.now())]),
      ...askSections(look.extras, context.clock.now()),
    ],
    journal: journalTail(context.files, context.paths.journal, JOURNAL_LINES),
    changes: changes(context, look),
    lastFailure: failureNote(failure, interrupted),
    ...hygieneOf(context, look),
    manualGoal: goal,
    nowMs: context.clock.now(),
  };
  return renderPrompt(input);
}

/** Tells a person who looks on what the decider is asked for; `changes` is undefined on a first beat. */
export function sayChanges({ log }: Context, changes: readonly Change[] | undefined): void {
  const lines = changes?.map(changeLine) ?? ["a first beat: all of it is new"];
  for (const line of lines.slice(0, SAID_CHANGES)) log.line(`│ ${clip(plainLine(line), SAID_CHARS)}`, "dim");
  if (lines.length > SAID_CHANGES) log.line(`│ … and ${lines.length - SAID_CHANGES} more`, "dim");
}

function failureNote(failure: Failure | undefined, interrupted: string | undefined): string | undefined {
  if (interrupted !== undefined) {
    return `The beat before this one (${interrupted}) was cut off in the middle: its move may be half done. Look before you act.`;
  }
  if (failure === undefined) return undefined;
  return `${failure.failures} in a row; the last was ${failure.runId}: ${failure.error}`;
}

/** What it cost is in the ledger, which may have been made anew; the rest of the folder must not come back piece by piece. */
export function refuseDeleted({ files, paths }: Context, run: Run): void {
  if (files.stat(run.folder) !== undefined) return;
  throw new LooopError({
    message: `Cannot finish ${run.id}: ${paths.data} was deleted while the runner worked`,
    hint: "Put the folder back; what the runner did stays done",
    exit: EXIT.failed,
  });
}

function outcomeOf(context: Context, run: Run, { ended, trouble }: Called): DecideResult {
  if (ended.aborted) return { kind: "interrupted", runId: run.id };
  if (trouble !== undefined) return { kind: "failed", runId: run.id, ...failedBy(trouble) };
  return { kind: "decided", runId: run.id, journal: journalOf(context, run) };
}

/** What a failure says of the trouble it is. */
export function failedBy({ text, limitEndMs }: Trouble): Pick<Failed, "error" | "limitEndMs"> {
  return { error: text, ...(limitEndMs === undefined ? {} : { limitEndMs }) };
}

/** The journal line of this move. looop adds one only when the decider wrote none; it never touches what came. */
function journalOf(context: Context, run: Run): string {
  const { files, paths, clock, log } = context;
  const verdict = compareJournal(files, paths.journal, run.journalBefore);
  if (!verdict.isIntact) {
    const kept = `${paths.data}/journal.before-${run.id}.md`;
    files.copy(run.journalBefore, kept);
    log.line(`the runner changed earlier journal lines; the journal as it was is ${kept}`, "yellow");
    context.event("journal_changed", { run_id: run.id, kept });
  }
  const last = verdict.lines.at(-1);
  if (last !== undefined) return last;
  const text = `(looop) the runner ended well but wrote no journal line: ${run.id}`;
  journalAppend(files, paths.journal, text, clock.now());
  return text;
}

function announce(context: Context, run: Run, outcome: DecideResult, tookMs: number): void {
  const took = `${Math.round(tookMs / 1_000)} s`;
  switch (outcome.kind) {
    case "decided":
      context.log.line(`└─ done (${took}): ${outcome.journal}`, "green");
      context.event("decided", { run_id: run.id, journal: outcome.journal });
      return;
    case "failed":
      context.log.line(`└─ failed (${took}): ${outcome.error.split("\n")[0]}`, "red");
      context.log.line(`   replay: ${run.folder}`, "red");
      context.event("tick_failed", { run_id: run.id, error: outcome.error });
      return;
    case "interrupted":
      context.log.line(`└─ interrupted (${took})`, "yellow");
      context.event("tick_interrupted", { run_id: run.id });
  }
}
