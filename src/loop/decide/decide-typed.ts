import { expected } from "../../core/error.ts";
import { judge } from "../../core/gate/gate.ts";
import type { Decision } from "../../core/gate/verdict.ts";
import type { Move } from "../../core/move/move.ts";
import { moveName, moveSummary } from "../../core/move/move-text.ts";
import { ANSWER_MAX, parseMove } from "../../core/move/parse-move.ts";
import { renderPrompt } from "../../core/prompt/prompt.ts";
import { simpleCommand } from "../../core/shell/simple-command.ts";
import type { FinalText } from "../../core/stream/final-answer.ts";
import { clip, utf8 } from "../../core/text.ts";
import { clearIntent } from "../../store/beat/intents.ts";
import { carryOut } from "../act/act.ts";
import { askApproval } from "../act/parked.ts";
import type { Context } from "../context/context.ts";
import type { DecideRequest, DecideResult, TypedView } from "../context/decision.ts";
import type { MoveEffect } from "../context/effect.ts";
import { writeJournal } from "../record/check-journal.ts";
import { remembering } from "../record/keep-history.ts";
import { recordTypedBeat, type TypedResult } from "../record/record-beat.ts";
import type { Called } from "./call-runner.ts";
import { failedBy, refuseDeleted, sayChanges } from "./decide-agent.ts";
import { propose } from "./propose.ts";
import { viewOf } from "./typed-prompt.ts";

/** Asks the runner for one move, checks it, and carries it out or puts it to the person. */
export async function decideTyped(context: Context, occasion: DecideRequest): Promise<DecideResult> {
  const { files, log } = context;
  const { run, runner, watch, goal } = occasion;
  const view = viewOf(context, occasion);
  files.write(run.prompt, renderPrompt(view.input));
  log.line(`┌─ ${goal === undefined ? "deciding" : `moving on ${goal}`} with ${runner.name}`, "cyan");
  sayChanges(context, view.changes);
  if (view.tainted.length > 0) log.line(`│ tainted by ${reasons(view.tainted)}`, "dim");
  context.event("decide_start", { runner: runner.name, run_id: run.id, tainted: view.tainted.length > 0 });
  watch.lap("prompt");
  const proposal = await propose(context, occasion);
  watch.lap("decide");
  refuseDeleted(context, run);
  // Only from here on does looop change anything: what a person edited while the runner thought is theirs.
  return remembering(context, { runId: run.id, watch }, async () => {
    const result = await settle(context, occasion, view, proposal);
    watch.lap("act");
    announce(context, run.id, result, proposal.ended.tookMs);
    recordTypedBeat(context, occasion, { view, result, costUsd: proposal.costUsd });
    return outcomeOf(run.id, view, result);
  });
}

/** How many reasons are named. */
const REASONS = 5;

function reasons(tainted: TypedView["tainted"]): string {
  const more = tainted.length - REASONS;
  return `${tainted.slice(0, REASONS).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** From what the runner said to what came of it. */
async function settle(
  context: Context,
  occasion: DecideRequest,
  view: TypedView,
  proposal: Called,
): Promise<TypedResult> {
  const answer = proposal.final.kind === "text" ? clip(proposal.final.text, ANSWER_MAX) : null;
  const none = { answer, move: null, judgement: null, journal: null, effects: {}, ask: null };
  if (proposal.ended.aborted)
    return { ...none, kind: "interrupted", text: "the runner was ended before it was done", ownWords: true };
  const { trouble } = proposal;
  if (trouble !== undefined) return { ...none, kind: "failed", text: trouble.text, trouble, ownWords: false };
  const parsed = readAnswer(proposal.final);
  // The words are ours, but they quote the answer: that is as clean as the beat.
  if (typeof parsed === "string")
    return { ...none, kind: "failed", text: `the answer is no move: ${parsed}`, ownWords: true };
  const { gates } = await context.config();
  const facts = { tainted: view.tainted.length > 0, playbook: utf8(occasion.look.observed.playbook) };
  const judgement = judge(parsed, gates, facts);
  return await dispose(context, occasion, view, { move: parsed, judgement, answer });
}

/** The move in what a runner said, or in words why there is none. */
export function readAnswer(final: FinalText): Move | string {
  if (final.kind === "none") return final.why;
  const parsed = parseMove(final.text);
  return parsed.kind === "move" ? parsed.move : parsed.why;
}

interface Judged {
  readonly move: Move;
  readonly judgement: Decision;
  readonly answer: string | null;
}

async function dispose(
  context: Context,
  occasion: DecideRequest,
  view: TypedView,
  judged: Judged,
): Promise<TypedResult> {
  const { move, judgement } = judged;
  const common = { ...judged, journal: null, effects: {}, ask: null, ownWords: true } as const;
  const name = moveName(move);
  switch (judgement.verdict) {
    case "refuse":
      return { ...common, kind: "refused", text: `the move ${moveSummary(move)} was refused: ${judgement.rule}` };
    case "ask": {
      const ask = askApproval(context, occasion.run.id, judged, view.sensed);
      const text = `the move ${name} waits for the person's yes: ask ${ask}`;
      const journal = await writeJournal(context, { text: `(looop) ${name} waits for the person's yes (ask ${ask})` });
      return { ...common, kind: "asked", text, journal, ask };
    }
    case "allow":
      return await allowed(context, occasion, view, judged);
  }
}

async function allowed(
  context: Context,
  { run }: DecideRequest,
  view: TypedView,
  judged: Judged,
): Promise<TypedResult> {
  const { move } = judged;
  const tainted = view.tainted.length > 0;
  const common = { ...judged, ask: null, ownWords: true };
  const words = move.action === "run_shell" ? simpleCommand(move.cmd) : undefined;
  let done: MoveEffect;
  try {
    const warrant = { runId: run.id, tainted, sensed: view.sensed, ...(words === undefined ? {} : { words }) };
    done = await carryOut(context, move, warrant);
  } catch (error) {
    expected(error);
    clearIntent(context.files, context.paths);
    // It may quote what a program printed.
    return {
      ...common,
      kind: "failed",
      text: error.message,
      journal: null,
      effects: {},
      ownWords: move.action !== "run_shell",
    };
  }
  const journal = await writeJournal(context, { text: move.journal, ...(tainted ? { tainted: moveName(move) } : {}) });
  return { ...common, kind: "done", text: done.text, journal, effects: done.effects };
}

function outcomeOf(runId: string, view: TypedView, result: TypedResult): DecideResult {
  switch (result.kind) {
    case "done":
    case "asked":
      return { kind: "decided", runId, journal: result.journal ?? "", effects: result.effects };
    case "refused":
    case "failed":
      return {
        ...{ kind: "failed", runId, ...failedBy(result.trouble ?? { text: result.text }) },
        clean: result.ownWords && view.tainted.length === 0,
      };
    case "interrupted":
      return { kind: "interrupted", runId };
  }
}

function announce(context: Context, runId: string, result: TypedResult, tookMs: number): void {
  const took = `${Math.round(tookMs / 1_000)} s`;
  const { move, judgement, text, journal } = result;
  if (move !== null) context.log.line(`│ move: ${moveSummary(move)}`);
  if (judgement !== null) context.log.line(`│ gate: ${judgement.verdict} (${judgement.rule})`, "dim");
  const known = { run_id: runId, action: move?.action ?? null, verdict: judgement?.verdict ?? null };
  switch (result.kind) {
    case "done":
    case "asked":
      context.log.line(
        `└─ ${result.kind} (${took}): ${result.kind === "done" ? (journal ?? text) : text}`,
        result.kind === "done" ? "green" : "yellow",
      );
      context.event("decided", { ...known, journal, ...(result.ask === null ? {} : { ask: result.ask }) });
      return;
    case "refused":
    case "failed":
      context.log.line(`└─ ${result.kind} (${took}): ${text.split("\n")[0]}`, "red");
      context.event("tick_failed", { ...known, error: text });
      return;
    case "interrupted":
      context.log.line(`└─ interrupted (${took})`, "yellow");
      context.event("tick_interrupted", { run_id: runId });
  }
}
