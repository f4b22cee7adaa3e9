import type { Decider } from "../../core/config/active-runner.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { type Budget, decideReserveUsd } from "../../core/money/budget.ts";
import { type Price, type Prices, priceOfRunner } from "../../core/money/prices.ts";
import { isFree } from "../../core/runner/built-in.ts";
import type { Asks } from "../../store/mailbox/asks.ts";
import { askForGrant, settleGrants } from "../../store/money/grants.ts";
import {
  type BudgetDeps,
  type BudgetHold,
  checkHeadroom,
  type Reservation,
  reserve,
  type SpendRequest,
} from "../../store/money/reserve.ts";
import { commandPrefix } from "../../store/paths.ts";
import type { Context } from "../context/context.ts";

/** A decide that is about to be made. */
interface DecideCall {
  readonly runner: Decider;
  /** The goal of a forced move. */
  readonly goal: string | undefined;
  /** The open asks, when this beat has read them. */
  readonly asks?: Asks;
}

/** Reserves money for one decide, or returns why it is held. The caller releases the reservation. */
export async function reserveDecide(context: Context, call: DecideCall): Promise<CallBudget | BudgetHold> {
  const { budget, prices } = await context.config();
  const deps = budgetDeps(context);
  // Reads the grants again: a worker that starts now settles the same ones, and each may count only once.
  if (call.asks === undefined || hasGrant(call.asks))
    settleGrants({ ...deps, sha256: context.sha256 }, (await context.today()).date);
  const found = await reserve(deps, capsFor(budget, call), spendRequest(context, call, budget));
  if (found.kind === "held") {
    if (found.ask === undefined) return found;
    const id = askForGrant(deps, found.ask);
    return { ...found, reason: `${found.reason}: ${commandPrefix(context.paths)}looop answer ${id} yes` };
  }
  const { name, command } = call.runner;
  return { ...found, prices, price: priceOfRunner(name, command, prices) };
}

function hasGrant({ answered, pending }: Asks): boolean {
  return [...pending, ...answered.map(({ ask }) => ask)].some(({ grant }) => grant !== undefined);
}

/** The reservation of one call, and the prices of its tokens. */
export interface CallBudget extends Reservation {
  /** The person's own prices. */
  readonly prices: Prices;
  /** The price of the model that the runner asks; undefined when it is unknown. */
  readonly price: Price | undefined;
}

/** Reserves money as {@linkcode reserveDecide}. Throws (exit 7) when it is held. */
export async function requireBudget(context: Context, call: DecideCall): Promise<CallBudget> {
  const found = await reserveDecide(context, call);
  if (found.kind === "funded") return found;
  throw new LooopError({
    message: `Cannot ask ${call.runner.name}: held: ${found.reason}`,
    hint: "Run `looop cost` and `looop status`; the caps are in the config, under [budget]",
    exit: EXIT.held,
  });
}

/** Returns why a decide is held now; undefined when it is not. Reserves nothing. */
export async function decideHold(context: Context, call: DecideCall): Promise<BudgetHold | undefined> {
  const { budget } = await context.config();
  const found = await checkHeadroom(budgetDeps(context), capsFor(budget, call), spendRequest(context, call, budget));
  return found.kind === "held" ? found : undefined;
}

/** Returns the caps on a runner: none on the written rules, which cost nothing. */
function capsFor(budget: Budget | undefined, { runner }: DecideCall): Budget | undefined {
  return isFree(runner.command) ? undefined : budget;
}

function spendRequest({ proc }: Context, { runner, goal }: DecideCall, budget: Budget | undefined): SpendRequest {
  const reserveUsd = (recent: readonly number[]) => decideReserveUsd({ beatUsd: budget?.beatUsd }, recent);
  return { kind: "decide", key: `decide-${proc.pid}`, runner: runner.name, goal, reserveUsd };
}

function budgetDeps({ files, clock, locks, proc, paths, today }: Context): BudgetDeps {
  return { files, clock, locks, processes: proc, paths, today };
}
