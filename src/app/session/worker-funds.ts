import { EXIT, LooopError } from "../../core/error.ts";
import { type Budget, workerReserveUsd } from "../../core/money/budget.ts";
import { sessionId } from "../../core/names.ts";
import { isFree } from "../../core/runner/built-in.ts";
import { askForGrant, settleGrants } from "../../store/money/grants.ts";
import { type BudgetDeps, checkHeadroom, type Reservation, type SpendRequest } from "../../store/money/reserve.ts";
import { commandPrefix } from "../../store/paths.ts";
import type { App } from "../open.ts";

/** A worker that is to be started, as far as money goes. */
export interface WorkerSpend {
  readonly id: string;
  readonly runner: string;
  /** Shell text. */
  readonly command: string;
  /** A cap of its own. */
  readonly budgetUsd: number | undefined;
}

export async function openBudget(app: App): Promise<BudgetDeps> {
  const { files, clock, processes, today } = app;
  return { files, clock, processes, today, locks: await app.locks(), paths: app.paths() };
}

/** Who a worker that has not begun is to the purse. */
function workerBuyer({ id, runner, budgetUsd }: WorkerSpend): SpendRequest {
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
export async function checkFunds(app: App, budget: Budget | undefined, hire: WorkerSpend): Promise<void> {
  const caps = isFree(hire.command) ? undefined : budget;
  const purse = await openBudget(app);
  if (caps !== undefined) settleGrants(purse, (await app.today()).date);
  const found = await checkHeadroom(purse, caps, workerBuyer(hire));
  if (found.kind === "room") return;
  const ask = found.ask === undefined ? undefined : askForGrant(purse, found.ask);
  throw held(hire.id, found, ask === undefined ? undefined : `${commandPrefix(app.paths())}looop answer ${ask} yes`);
}

function held(id: string, { key, reason }: Reservation, answer: string | undefined): LooopError {
  const caps =
    key === undefined ? "See `looop status`" : `See \`looop cost today\`; the caps are in the config (${key})`;
  return new LooopError({
    message: `Cannot start the worker ${id}: held: ${reason}`,
    hint: answer === undefined ? caps : `Run \`${answer}\``,
    exit: EXIT.held,
  });
}
