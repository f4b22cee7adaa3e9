import { EXIT, expected, LooopError } from "../../core/error.ts";
import { judge } from "../../core/gate/gate.ts";
import type { Decision } from "../../core/gate/verdict.ts";
import { canonical } from "../../core/json.ts";
import { resolutionsOf } from "../../core/mailbox/approval.ts";
import type { Answered, Ask } from "../../core/mailbox/ask.ts";
import type { Move } from "../../core/move/move.ts";
import { moveInFull, moveName, moveSummary } from "../../core/move/move-text.ts";
import { utf8 } from "../../core/text.ts";
import { clearIntent, readIntent } from "../../store/beat/intents.ts";
import { makeRun, pruneRuns } from "../../store/beat/runs.ts";
import { archiveAsk, createApprovalAsk, readAsks } from "../../store/mailbox/asks.ts";
import type { Context } from "../context/context.ts";
import type { DecideRequest } from "../context/decision.ts";
import type { MoveEffect, TargetDigests } from "../context/effect.ts";
import type { Stopwatch } from "../context/stopwatch.ts";
import type { Look } from "../observe/look.ts";
import { writeJournal } from "../record/check-journal.ts";
import { remembering } from "../record/keep-history.ts";
import { recordAnsweredBeat } from "../record/record-beat.ts";
import { carryOut, targetDigests } from "./act.ts";
import { rememberEffects } from "./effects.ts";

/** Puts a move to the person, whole, and returns the ask's id. The same move that waits already is not asked twice. */
export function askApproval(
  context: Context,
  runId: string,
  { move, judgement }: { readonly move: Move; readonly judgement: Decision },
  sensed: TargetDigests,
): string {
  const { files, clock, paths } = context;
  const edge = { files, clock, paths };
  const { next_interval_s: _soon, journal: _words, ...meant } = move;
  const same = readAsks(edge).pending.find(({ parked }) => parked !== undefined && isSameMove(parked.move, meant));
  if (same !== undefined) return same.id;
  const targets = Object.fromEntries(
    Object.entries(targetDigests(context, move)).map(([path, now]) => [
      path,
      path.startsWith("sessions/") ? now : (sensed[path] ?? ""),
    ]),
  );
  const prompt = `May looop make this move? ${moveSummary(move)}\n(asked because: ${judgement.rule})\n\n${moveInFull(move)}`;
  return createApprovalAsk(edge, prompt, { move, runId, targets, rule: judgement.rule }).id;
}

function isSameMove(parked: Move, meant: object): boolean {
  const { next_interval_s: _soon, journal: _words, ...other } = parked;
  return canonical(other) === canonical(meant);
}

/** What came of an approved move. */
export type Answer =
  | { readonly kind: "acted"; readonly runId: string; readonly journal: string }
  | { readonly kind: "failed"; readonly error: LooopError; readonly runId: string };

/**
 * Deals with what the person said of parked moves since the last beat: each no and each silence is put into the journal,
 * and the oldest yes is carried out, without a call of the runner. Undefined when there was none.
 */
export async function resolveApprovals(context: Context, look: Look, watch: Stopwatch): Promise<Answer | undefined> {
  const { files, clock, paths } = context;
  const edge = { files, clock, paths };
  closeCutOff(context);
  const { pending, answered } = look.extras.asks;
  const fates = resolutionsOf(pending, answered, clock.now());
  await closeAll(context, fates, watch);
  const [approved] = fates.approved;
  if (approved === undefined) return undefined;
  // A yes that was cut off in the middle is closed by now, and never carried out again.
  const isOpen = readAsks(edge).answered.some(({ ask }) => ask.id === approved.ask.id);
  if (!isOpen) return undefined;
  const run = makeRun(files, paths, "answered", clock.now());
  pruneRuns(files, paths, context.knobs.runsKeep, run);
  const occasion = { run, look, watch };
  return remembering(context, { runId: run.id, watch }, () => carryOutApproved(context, approved, occasion));
}

async function closeAll(context: Context, fates: ReturnType<typeof resolutionsOf>, watch: Stopwatch): Promise<void> {
  if (fates.denied.length + fates.expired.length === 0) return;
  await remembering(context, { runId: undefined, watch }, async () => {
    for (const { ask } of fates.denied) await close(context, ask, "the person said no", "no");
    for (const ask of fates.expired)
      await close(context, ask, "nobody answered within 7 days, which means no", "expired");
  });
}

function closeCutOff({ files, clock, paths }: Context): void {
  const ask = readIntent(files, paths)?.ask;
  if (ask !== undefined) archiveAsk({ files, clock, paths }, ask, "cut off in the middle: it may have happened or not");
}

async function close(context: Context, ask: Ask, why: string, outcome: string): Promise<void> {
  const { files, clock, paths, log } = context;
  const name = ask.parked === undefined ? "a move" : moveName(ask.parked.move);
  await writeJournal(context, { text: `(looop) ${why}: ${name} (ask ${ask.id})` });
  log.line(`ask ${ask.id}: ${why}: ${name}`, "yellow");
  archiveAsk({ files, clock, paths }, ask.id, outcome);
}

async function carryOutApproved(
  context: Context,
  { ask }: Answered,
  { run, look, watch }: Pick<DecideRequest, "run" | "look" | "watch">,
): Promise<Answer> {
  const { files, clock, paths, log } = context;
  const edge = { files, clock, paths };
  const { parked } = ask;
  if (parked === undefined) throw new Error(`ask ${ask.id} parks no move`);
  const name = moveName(parked.move);
  log.line(`┌─ the person said yes to ${moveSummary(parked.move)} (ask ${ask.id})`, "cyan");
  const occasion = { run, look, watch, ask };
  try {
    const done = await approvedMove(context, { ask, run: run.id, playbook: utf8(look.observed.playbook) });
    const journal = await writeJournal(context, { text: parked.move.journal });
    rememberEffects(context, done.effects);
    archiveAsk(edge, ask.id, `done by ${run.id}`);
    clearIntent(files, paths);
    watch.lap("act");
    log.line(`└─ done: ${journal}`, "green");
    context.event("decided", { run_id: run.id, action: parked.move.action, verdict: "allow", journal, ask: ask.id });
    recordAnsweredBeat(context, occasion, { kind: "done", text: done.text, journal });
    return { kind: "acted", runId: run.id, journal };
  } catch (error) {
    expected(error);
    archiveAsk(edge, ask.id, `failed in ${run.id}`);
    clearIntent(files, paths);
    watch.lap("act");
    // What a command printed is nobody's word: it is shown apart.
    const why = parked.move.action === "run_shell" ? "" : `: ${error.message}`;
    await writeJournal(context, {
      text: `(looop) ${name} was approved, but not carried out (ask ${ask.id}, ${run.id})${why}`,
    });
    log.line(`└─ failed: ${error.message}`, "red");
    context.event("tick_failed", {
      run_id: run.id,
      action: parked.move.action,
      verdict: "allow",
      error: error.message,
    });
    recordAnsweredBeat(context, occasion, { kind: "failed", text: error.message, journal: null });
    return { kind: "failed", error, runId: run.id };
  }
}

/** The refusals hold after a yes too, and gates that were tightened since. What the person has read is theirs: it taints nothing. */
async function approvedMove(
  context: Context,
  { ask, run, playbook }: { readonly ask: Ask; readonly run: string; readonly playbook: string },
): Promise<MoveEffect> {
  const { parked } = ask;
  if (parked === undefined) throw new Error(`ask ${ask.id} parks no move`);
  const { gates } = await context.config();
  const { verdict, rule } = judge(parked.move, gates, { tainted: true, playbook });
  if (verdict === "refuse") {
    throw new LooopError({
      message: `Cannot make the move ${moveName(parked.move)}: ${rule}`,
      hint: "Do it yourself if it shall be done",
      exit: EXIT.failed,
    });
  }
  return await carryOut(context, parked.move, { runId: run, tainted: false, sensed: parked.targets, ask: ask.id });
}
