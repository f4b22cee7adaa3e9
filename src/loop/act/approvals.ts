import { EXIT, expected, LooopError } from "../../core/error.ts";
import { judge } from "../../core/gate/gate.ts";
import type { Decision } from "../../core/gate/verdict.ts";
import { canonical } from "../../core/json.ts";
import { resolutionsOf } from "../../core/mailbox/approval.ts";
import type { Ask, ParkedMove } from "../../core/mailbox/ask.ts";
import type { Move } from "../../core/move/move.ts";
import { moveInFull, moveName, moveSummary } from "../../core/move/move-text.ts";
import { utf8 } from "../../core/text.ts";
import { clearIntent } from "../../store/beat/intents.ts";
import { makeRun, pruneRuns } from "../../store/beat/runs.ts";
import { archiveAsk, createApprovalAsk, readAsks, voidAnswer } from "../../store/mailbox/asks.ts";
import type { BeatOutcome } from "../context/beat-result.ts";
import type { Context, DataDeps, ObserveDeps, ReportDeps } from "../context/context.ts";
import type { DecideRequest, DecideResult } from "../context/decision.ts";
import type { MoveEffect, TargetDigests } from "../context/effect.ts";
import type { Stopwatch } from "../context/stopwatch.ts";
import type { BeatSnapshot } from "../observe/snapshot.ts";
import { commitBeat, commitClosedAsks, type HistoryDeps } from "../record/keep-history.ts";
import { recordBeat } from "../record/record-beat.ts";
import { type JournalDeps, writeJournal } from "../record/write-journal.ts";
import { type CarryOutDeps, carryOut, targetDigests } from "./act.ts";
import {
  changedPaths,
  changedSinceApproval,
  type NamedFilesDeps,
  namedFilesOf,
  namedFilesText,
} from "./named-files.ts";
import { rememberEffects } from "./remember-world.ts";

/** The dependencies of resolving approvals. */
export type ApprovalDeps = CarryOutDeps &
  NamedFilesDeps &
  HistoryDeps &
  JournalDeps &
  ReportDeps &
  Pick<ObserveDeps, "worldStore"> &
  Pick<Context, "version">;

/**
 * Asks the person to approve a move, shown in full. Returns the ask's id: that of the ask which is already pending when
 * the same move waits.
 */
export function askApproval(
  deps: DataDeps & NamedFilesDeps,
  runId: string,
  { move, judgement }: { readonly move: Move; readonly judgement: Decision },
  sensed: TargetDigests,
): string {
  // Read again after the decide: the person may have answered meanwhile, and an answered ask waits no more.
  const { pending } = readAsks(deps);
  const same = pending.find(({ parked }) => parked !== undefined && isSameMove(parked.move, move));
  if (same !== undefined) return same.id;
  const targets = Object.fromEntries(
    Object.entries(targetDigests(deps, move)).map(([path, now]) => [
      path,
      path.startsWith("sessions/") ? now : (sensed[path] ?? ""),
    ]),
  );
  return createApprovalAsk(deps, ...approvalOf(deps, { move, runId, targets, rule: judgement.rule })).id;
}

/** Returns the question about a move with all that a yes is bound to, and the move with the files that it names now. */
function approvalOf(deps: NamedFilesDeps, parked: ParkedMove): [prompt: string, parked: ParkedMove] {
  const { move, rule } = parked;
  const named = namedFilesOf(deps, move);
  const prompt = `May looop make this move? ${moveSummary(move)}\n(asked because: ${rule})\n\n${moveInFull(move)}`;
  return [prompt + namedFilesText(named), { ...parked, named }];
}

/** Compares what two moves do, not their words about it. */
function isSameMove(one: Move, other: Move): boolean {
  return canonical(withoutWords(one)) === canonical(withoutWords(other));
}

function withoutWords({ next_interval_s: _interval, journal: _journal, ...move }: Move): object {
  return move;
}

/** The result of resolving approvals. */
export interface Resolved {
  /** True when an ask was closed. */
  readonly hasClosed: boolean;
  /** The outcome of the approved move; undefined when no move was approved. */
  readonly outcome: Extract<BeatOutcome, { kind: "acted" | "failed" }> | undefined;
}

/**
 * Resolves the asks about moves. Writes each denied or expired one to the journal, takes back answers that do not count,
 * and carries out the oldest approved move. The runner is not called.
 */
export async function resolveApprovals(
  deps: ApprovalDeps,
  snapshot: BeatSnapshot,
  watch: Stopwatch,
): Promise<Resolved> {
  const { files, clock, paths } = deps;
  const { asks, cutOff } = snapshot.extras;
  // A move that looop died in is never carried out again: it may have happened.
  if (cutOff?.ask !== undefined) archiveAsk(deps, cutOff.ask, "cut off in the middle: it may have happened or not");
  const { approved, expired, denied, voided } = resolutionsOf(asks.pending, asks.answered, clock.now(), deps.sha256);
  const isClosing = denied.length + expired.length + voided.length > 0;
  if (isClosing) {
    await commitClosedAsks(deps, watch, async () => {
      for (const { ask } of voided) await reopenAsk(deps, ask);
      for (const { ask } of denied) await closeAsk(deps, ask, "the person said no", "no");
      for (const ask of expired) await closeAsk(deps, ask, "nobody answered within 7 days, which means no", "expired");
    });
  }
  const hasClosed = isClosing || cutOff?.ask !== undefined;
  const ask = approved[0]?.ask;
  if (ask?.parked === undefined || ask.id === cutOff?.ask) return { hasClosed, outcome: undefined };
  const run = makeRun(files, paths, "answered", clock.now());
  pruneRuns(files, paths, deps.knobs.runsKeep, run);
  const request = { run, snapshot, watch, ask, parked: ask.parked };
  const { outcome } = await commitBeat(deps, { runId: run.id, watch }, () => carryOutApproved(deps, request));
  return { hasClosed: true, outcome };
}

/** Takes back an answer that does not count. The move waits for another one. */
async function reopenAsk(deps: JournalDeps & ReportDeps, ask: Ask): Promise<void> {
  const why = "the answer does not count: the ask was changed after it, or it was not given with `looop answer`";
  await noteAsk(deps, ask, why);
  deps.event("answer_voided", { ask: ask.id });
  voidAnswer(deps, ask.id);
}

async function closeAsk(deps: JournalDeps & ReportDeps, ask: Ask, why: string, outcome: string): Promise<void> {
  await noteAsk(deps, ask, why);
  archiveAsk(deps, ask.id, outcome);
}

/** The log, which the person reads, names the move. The journal names its kind: later beats read it, and a name is words. */
async function noteAsk(deps: JournalDeps & ReportDeps, { id, kind, parked }: Ask, why: string): Promise<void> {
  const unnamed = kind === "question" ? "a question" : "a move";
  await writeJournal(deps, { text: `(looop) ${why}: ${parked?.move.action ?? unnamed} (ask ${id})` });
  deps.log.line(`ask ${id}: ${why}: ${parked === undefined ? unnamed : moveName(parked.move)}`, "yellow");
}

interface Approved extends Pick<DecideRequest, "run" | "snapshot" | "watch"> {
  readonly ask: Ask;
  readonly parked: ParkedMove;
}

interface CarriedOut extends Pick<DecideResult, "record"> {
  readonly outcome: NonNullable<Resolved["outcome"]>;
}

async function carryOutApproved(deps: ApprovalDeps, approved: Approved): Promise<CarriedOut> {
  const { files, paths, log, event } = deps;
  const { ask, parked, run, watch } = approved;
  const { move } = parked;
  log.line(`┌─ the person said yes to ${moveSummary(move)} (ask ${ask.id})`, "cyan");
  const changed = changedPaths(parked.named ?? {}, namedFilesOf(deps, move));
  if (changed.length > 0) return await askAgain(deps, approved, changedSinceApproval(move, changed));
  try {
    const done = await judgeAndCarryOut(deps, approved);
    const journal = await writeJournal(deps, { text: move.journal });
    rememberEffects(deps, done.effects);
    archiveAsk(deps, ask.id, `done by ${run.id}`);
    clearIntent(files, paths);
    watch.lap("act");
    log.line(`└─ done: ${journal}`, "green");
    event("decided", { run_id: run.id, action: move.action, verdict: "allow", journal, ask: ask.id });
    const record = recordApproved(deps, approved, { kind: "done", text: done.text, journal });
    return { record, outcome: { kind: "acted", runId: run.id, record } };
  } catch (error) {
    expected(error);
    watch.lap("act");
    // Neither the error, which may quote output or a name, nor the name of the move: later beats read the journal.
    const failed = `was approved, but not carried out (ask ${ask.id}, ${run.id})`;
    await writeJournal(deps, { text: `(looop) ${move.action} ${failed}` });
    // After the journal: a full disk must not close an ask without a word.
    archiveAsk(deps, ask.id, `failed in ${run.id}`);
    clearIntent(files, paths);
    log.line(`└─ failed: ${error.message}`, "red");
    event("tick_failed", { run_id: run.id, action: move.action, verdict: "allow", error: error.message });
    const record = recordApproved(deps, approved, { kind: "failed", text: error.message, journal: null });
    // Without a runId: that would say that a decide failed.
    return { record, outcome: { kind: "failed", error } };
  }
}

/** Asks about a move again, because the files that its command names are not those that the person said yes to. */
async function askAgain(deps: ApprovalDeps, approved: Approved, error: LooopError): Promise<CarriedOut> {
  const { ask, parked, run, watch } = approved;
  const { move } = parked;
  // The old ask goes last: after a kill the next beat finds it, and the new one, and says so again.
  const open = readAsks(deps).pending.find((it) => it.parked !== undefined && isSameMove(it.parked.move, move));
  const again = open ?? createApprovalAsk(deps, ...approvalOf(deps, parked));
  const why = `was approved, but files that it names changed since (ask ${ask.id}); asked again as ${again.id}`;
  await writeJournal(deps, { text: `(looop) ${move.action} ${why}` });
  archiveAsk(deps, ask.id, `asked again as ${again.id}: files that it names changed`);
  watch.lap("act");
  deps.log.line(`└─ failed: ${error.message}; asked again: ask ${again.id}`, "red");
  deps.event("tick_failed", { run_id: run.id, action: move.action, verdict: "ask", error: error.message });
  const record = recordApproved(deps, approved, { kind: "failed", text: error.message, journal: null });
  return { record, outcome: { kind: "failed", error } };
}

/** Judges the move again: the gates may be stricter by now. The person has read it, so what it writes is verified. */
async function judgeAndCarryOut(deps: ApprovalDeps, { ask, parked, run, snapshot }: Approved): Promise<MoveEffect> {
  const { move, targets } = parked;
  const { gates } = await deps.config();
  const playbook = utf8(snapshot.observed.playbook);
  const { verdict, rule } = judge(move, gates, { tainted: true, playbook });
  if (verdict === "refuse") {
    throw new LooopError({
      message: `Cannot make the move ${moveName(move)}: ${rule}`,
      hint: "Run it yourself if you still want it",
      exit: EXIT.failed,
    });
  }
  return await carryOut(deps, move, {
    runId: run.id,
    tainted: false,
    sensed: targets,
    ask: ask.id,
    ...(parked.named === undefined ? {} : { named: parked.named }),
  });
}

/** Records a beat that carried out an approved move: it called no runner and spent nothing. */
function recordApproved(
  deps: ApprovalDeps,
  { ask, parked, ...beat }: Approved,
  { kind, text, journal }: { readonly kind: "done" | "failed"; readonly text: string; readonly journal: string | null },
) {
  return recordBeat(deps, beat, {
    kind: "answered",
    mode: "typed",
    runner: "",
    changes: [],
    tainted: [],
    answer: null,
    move: parked.move,
    judgement: { verdict: "allow", rule: `the person said yes to ask ${ask.id} (asked because: ${parked.rule})` },
    outcome: { kind, text, ask: ask.id },
    journal,
    cost_usd: 0,
  });
}
