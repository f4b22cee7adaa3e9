import type { Context } from "../context/context.ts";
import type { DecideRequest, DecideResult } from "../context/decision.ts";
import { recordGoalActivity } from "../hold/neglected-goal.ts";
import { settleAfter, settleBefore } from "../observe/settle.ts";
import { commitBeat } from "../record/keep-history.ts";
import { decideAsAgent } from "./decide-agent.ts";
import { decideTyped } from "./decide-typed.ts";

/** Calls the runner for one move, in the mode of the config, and carries the move out where looop does that itself. */
export async function decide(context: Context, request: DecideRequest): Promise<DecideResult> {
  const { run, runner, snapshot, watch } = request;
  await settleBefore(context, snapshot);
  const result =
    runner.mode === "typed"
      ? await decideTyped(context, request)
      : await commitBeat(context, { runId: run.id, watch }, () => decideAsAgent(context, request));
  const { kind } = result.record.outcome;
  await settleAfter(context, snapshot, isWorked(context, request, result));
  if (kind === "done" || kind === "asked") recordGoalActivity(context, snapshot, result.record);
  return result;
}

/** True when a worker may be alive now. Only an agent can start one unseen. */
function isWorked({ fleet }: Context, { runner, snapshot }: DecideRequest, { record }: DecideResult): boolean {
  const workers = runner.mode === "typed" ? snapshot.workers : fleet.workers();
  const hasStarted = record.outcome.kind === "done" && record.move?.action === "start_worker";
  return hasStarted || workers.some(({ alive }) => alive);
}
