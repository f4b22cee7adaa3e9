import type { BeatRecord } from "../../core/beat/beat-record.ts";
import { expected } from "../../core/error.ts";
import { judge } from "../../core/gate/gate.ts";
import type { Decision } from "../../core/gate/verdict.ts";
import type { Move } from "../../core/move/move.ts";
import { moveName, moveSummary } from "../../core/move/move-text.ts";
import { ANSWER_MAX, NO_MOVE, parseMove, type ReadMove } from "../../core/move/parse-move.ts";
import { type NamedMove, withRealNames } from "../../core/move/real-names.ts";
import { renderPrompt } from "../../core/prompt/prompt.ts";
import type { FinalText } from "../../core/stream/final-answer.ts";
import { clip, utf8 } from "../../core/text.ts";
import { clearIntent } from "../../store/beat/intents.ts";
import { carryOut } from "../act/act.ts";
import { askApproval } from "../act/approvals.ts";
import { takenAway } from "../act/taken-away.ts";
import type { Context, ReportDeps } from "../context/context.ts";
import { type DecideRequest, type DecideResult, limitOf, type TypedView } from "../context/decision.ts";
import type { MoveAuth, MoveEffect } from "../context/effect.ts";
import { commitBeat } from "../record/keep-history.ts";
import { decideKind, recordBeat } from "../record/record-beat.ts";
import { writeJournal } from "../record/write-journal.ts";
import { type Called, callTypedRunner } from "./call-runner.ts";
import { logDecideStart, refuseDeleted } from "./decide-agent.ts";
import { typedView } from "./typed-prompt.ts";

/** Asks the runner for one move, judges it, and carries it out or asks the person to approve it. */
export async function decideTyped(context: Context, request: DecideRequest): Promise<DecideResult> {
  const { files, log } = context;
  const { run, runner, watch } = request;
  const view = typedView(context, request);
  files.write(run.prompt, renderPrompt(view.input));
  logDecideStart(log, request);
  if (view.tainted.length > 0) log.line(`│ tainted by ${reasons(view.tainted)}`, "dim");
  context.event("decide_start", { runner: runner.name, run_id: run.id, tainted: view.tainted.length > 0 });
  watch.lap("prompt");
  const called = await callTypedRunner(context, request);
  watch.lap("decide");
  refuseDeleted(context, run);
  // The history begins here: until now looop changed nothing, so edits made while the runner thought are the person's.
  return commitBeat(context, { runId: run.id, watch }, async () => {
    const ending = await actOn(context, request, view, called);
    watch.lap("act");
    report(context, run.id, ending, called.ended.tookMs);
    return resultOf(context, request, view, called, ending);
  });
}

/** The number of reasons for the taint that the log names. */
const REASONS = 5;

function reasons(tainted: TypedView["tainted"]): string {
  const more = tainted.length - REASONS;
  return `${tainted.slice(0, REASONS).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** The end of a typed decide, in the words of its record. */
interface Ending extends Pick<BeatRecord["outcome"], "kind" | "text"> {
  /** False when `text` may quote third-party text. */
  readonly isOwnText: boolean;
  readonly move?: Move;
  readonly judgement?: Decision;
  readonly journal?: string;
  /** The ask that waits for the person. */
  readonly ask?: string;
  readonly effects?: MoveEffect["effects"];
}

/** Turns the runner's answer into an ending: reads the move, judges it, and does what the verdict says. */
async function actOn(context: Context, request: DecideRequest, view: TypedView, called: Called): Promise<Ending> {
  if (called.ended.aborted)
    return { kind: "interrupted", text: "the runner was ended before it was done", isOwnText: true };
  if (called.trouble !== undefined) return { kind: "failed", text: called.trouble.text, isOwnText: false };
  const answer = readAnswer(called.final);
  // These are our words about the answer, which is as clean as the beat.
  if (typeof answer === "string") return { kind: "failed", text: `${NO_MOVE}${answer}`, isOwnText: true };
  const { move, hadAlias } = withRealNames(answer.move, view.names);
  const { gates } = await context.config();
  const playbook = utf8(request.snapshot.observed.playbook);
  const facts = { tainted: view.tainted.length > 0, playbook, takes: takenAway(context, move) };
  const judgement = judge(move, gates, facts);
  const judged = { move, judgement };
  switch (judgement.verdict) {
    case "refuse": {
      const text = `the move ${moveSummary(move)} was refused: ${judgement.rule}`;
      return { ...judged, kind: "refused", text, isOwnText: !hadAlias };
    }
    case "ask": {
      const ask = askApproval(context, request.run.id, judged, view.sensed);
      const text = `the move ${moveName(move)} waits for the person's yes: ask ${ask}`;
      // By its kind alone: later beats read the journal, and a name is words too.
      const journal = await writeJournal(context, {
        text: `(looop) ${move.action} waits for the person's yes (ask ${ask})`,
      });
      return { ...judged, kind: "asked", text, journal, ask, isOwnText: true };
    }
    case "allow": {
      const ending = unnamed(await execute(context, request.run.id, view, { move, hadAlias }), hadAlias);
      for (const change of answer.changes) context.log.line(`│ ${change}`, "yellow");
      return { ...judged, ...ending, text: [ending.text, ...answer.changes].join("; ") };
    }
  }
}

/** A failure that may quote a name in doubt is not looop's own text. */
function unnamed(ending: Ending, hadAlias: boolean): Ending {
  return hadAlias ? { ...ending, isOwnText: false } : ending;
}

/** Returns the move in a runner's answer, or the reason, in words, why it has no move. */
export function readAnswer(final: FinalText): ReadMove | string {
  if (final.kind === "none") return final.why;
  const parsed = parseMove(final.text);
  return parsed.kind === "move" ? parsed : parsed.why;
}

async function execute(
  context: Context,
  runId: string,
  view: TypedView,
  { move, hadAlias }: NamedMove,
): Promise<Ending> {
  const tainted = view.tainted.length > 0;
  // A clean beat vouches for what it names. A name that it knows only by an alias stays in doubt, with what it writes there.
  const auth: MoveAuth = { runId, tainted: tainted || hadAlias, sensed: view.sensed };
  let done: MoveEffect;
  try {
    done = await carryOut(context, move, auth);
  } catch (error) {
    expected(error);
    clearIntent(context.files, context.paths);
    // The error of a command may quote what the command printed.
    return { kind: "failed", text: error.message, isOwnText: move.action !== "run_shell" };
  }
  const journal = await writeJournal(context, { text: move.journal, ...(tainted ? { tainted: move.action } : {}) });
  return { kind: "done", text: done.text, journal, effects: done.effects, isOwnText: true };
}

function resultOf(
  context: Context,
  request: DecideRequest,
  view: TypedView,
  { costUsd, final, trouble }: Called,
  { kind, text, isOwnText, move, judgement, journal, ask, effects = {} }: Ending,
): DecideResult {
  const record = recordBeat(context, request, {
    kind: decideKind(request.goal),
    mode: "typed",
    runner: request.runner.name,
    changes: request.snapshot.changes ?? null,
    tainted: view.tainted,
    answer: final.kind === "text" ? clip(final.text, ANSWER_MAX) : null,
    move: move ?? null,
    judgement: judgement ?? null,
    outcome: { kind, text, ask: ask ?? null },
    journal: journal ?? null,
    cost_usd: costUsd ?? null,
  });
  const clean = isOwnText && view.tainted.length === 0;
  return { record, effects, clean, ...(trouble === undefined ? {} : limitOf(trouble)) };
}

/** Logs the end of the decide and writes its event. */
function report({ event, log }: ReportDeps, runId: string, ending: Ending, tookMs: number): void {
  const took = `${Math.round(tookMs / 1_000)} s`;
  const { ask, kind, move, judgement, text, journal } = ending;
  if (move !== undefined) log.line(`│ move: ${moveSummary(move)}`);
  if (judgement !== undefined) log.line(`│ gate: ${judgement.verdict} (${judgement.rule})`, "dim");
  const known = { run_id: runId, action: move?.action ?? null, verdict: judgement?.verdict ?? null };
  switch (kind) {
    case "done":
    case "asked":
      log.line(
        `└─ ${kind} (${took}): ${kind === "done" ? (journal ?? text) : text}`,
        kind === "done" ? "green" : "yellow",
      );
      event("decided", { ...known, journal: journal ?? null, ...(ask === undefined ? {} : { ask }) });
      return;
    case "refused":
    case "failed":
      log.line(`└─ ${kind} (${took}): ${text.split("\n")[0]}`, "red");
      event("tick_failed", { ...known, error: text });
      return;
    case "interrupted":
      log.line(`└─ interrupted (${took})`, "yellow");
      event("tick_interrupted", { run_id: runId });
  }
}
