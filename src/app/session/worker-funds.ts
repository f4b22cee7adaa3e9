import { EXIT, LooopError } from "../../core/error.ts";
import { type Budget, workerReserveUsd } from "../../core/money/budget.ts";
import { sessionId } from "../../core/names.ts";
import { isFree } from "../../core/runner/built-in.ts";
import { askForGrant, settleGrants } from "../../store/money/grants.ts";
import { type BudgetDeps, type BudgetHold, checkHeadroom, type SpendRequest } from "../../store/money/reserve.ts";
import { commandPrefix } from "../../store/paths.ts";
import type { App } from "../open.ts";

/** The worker to start. */
export interface FundsRequest {
  readonly id: string;
  readonly runner: string;
  /** Shell text. */
  readonly command: string;
  /** Its own cap. */
  readonly budgetUsd: number | undefined;
}

export async function openBudget(app: App): Promise<BudgetDeps> {
  const { files, clock, processes, recordToday: today } = app;
  return { files, clock, processes, today, locks: await app.locks(), paths: app.paths() };
}

/** Returns the request for the first call of a worker. */
function spendRequest({ id, runner, budgetUsd }: FundsRequest): SpendRequest {
  return {
    kind: "worker",
    key: sessionId(id),
    goal: id,
    runner,
    ownUsd: budgetUsd,
    ownSpentUsd: 0,
    reserveUsd: () => workerReserveUsd(0),
  };
}

/** Throws (exit 7) when everything is frozen, or when no cap has room for this worker's first request. */
export async function checkFunds(app: App, budget: Budget | undefined, worker: FundsRequest): Promise<void> {
  const caps = isFree(worker.command) ? undefined : budget;
  const deps = await openBudget(app);
  if (caps !== undefined) settleGrants({ ...deps, sha256: await app.sha256() }, (await app.recordToday()).date);
  const found = await checkHeadroom(deps, caps, spendRequest(worker));
  if (found.kind === "room") return;
  const ask = found.ask === undefined ? undefined : askForGrant(deps, found.ask);
  throw held(worker.id, found, ask === undefined ? undefined : `${commandPrefix(app.paths())}looop answer ${ask} yes`);
}

function held(id: string, { key, reason }: BudgetHold, answer: string | undefined): LooopError {
  const caps =
    key === undefined ? "Run `looop status`" : `Run \`looop cost today\`; the caps are in the config (${key})`;
  return new LooopError({
    message: `Cannot start the worker ${id}: held: ${reason}`,
    hint: answer === undefined ? caps : `Run \`${answer}\``,
    exit: EXIT.held,
  });
}
