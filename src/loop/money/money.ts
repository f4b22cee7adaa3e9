import type { Decider } from "../../core/config/active-runner.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { type Budget, decideReserveUsd } from "../../core/money/budget.ts";
import { type Price, type Prices, priceOfRunner } from "../../core/money/prices.ts";
import { isFree } from "../../core/runner/built-in.ts";
import type { Asks } from "../../store/mailbox/asks.ts";
import { askForGrant, settleGrants } from "../../store/money/grants.ts";
import {
  type BudgetDeps,
  checkHeadroom,
  type Reservation,
  type ReserveResult,
  reserve,
  type SpendRequest,
} from "../../store/money/reserve.ts";
import { commandPrefix } from "../../store/paths.ts";
import type { Context } from "../context/context.ts";

/** What is to be paid for. */
interface Purchase {
  readonly runner: Decider;
  /** The goal of a forced move. */
  readonly goal: string | undefined;
  /** The open asks as this beat read them; without them they are read. */
  readonly asks?: Asks;
}

/** Sets money aside for one call of the decider, or says why there is none. The caller gives it back. */
export async function reserveDecide(context: Context, purchase: Purchase): Promise<Money | Reservation> {
  const { budget, prices } = await context.config();
  const edge = { files: context.files, clock: context.clock, paths: context.paths };
  // Grants are read again even then: a worker that starts now settles the same ones, and none may count twice.
  if (purchase.asks === undefined || hasGrant(purchase.asks)) settleGrants(edge, (await context.today()).date);
  const found = await reserve(budgetState(context), buyable(budget, purchase), buyer(context, purchase, budget));
  if (found.kind === "held") {
    if (found.ask === undefined) return found;
    const id = askForGrant(edge, found.ask);
    return { ...found, reason: `${found.reason}: ${commandPrefix(context.paths)}looop answer ${id} yes` };
  }
  const { name, command } = purchase.runner;
  return { ...found, prices, price: priceOfRunner(name, command, prices) };
}

function hasGrant({ answered, pending }: Asks): boolean {
  return [...pending, ...answered.map(({ ask }) => ask)].some(({ grant }) => grant !== undefined);
}

/** What may be spent on one call, and what its tokens cost. */
export interface Money extends ReserveResult {
  /** The person's own prices. */
  readonly prices: Prices;
  /** The price of the model that the runner asks; undefined when it is unknown. */
  readonly price: Price | undefined;
}

/** The same; throws (exit 7) when it is held. */
export async function funded(context: Context, purchase: Purchase): Promise<Money> {
  const found = await reserveDecide(context, purchase);
  if (found.kind === "funded") return found;
  throw new LooopError({
    message: `Cannot ask ${purchase.runner.name}: held: ${found.reason}`,
    hint: "See `looop cost` and `looop status`; the caps are in the config, under [budget]",
    exit: EXIT.held,
  });
}

/** Why not even the smallest decide has room now, undefined when it has. Takes nothing. */
export async function heldByMoney(context: Context, purchase: Purchase): Promise<Reservation | undefined> {
  const { budget } = await context.config();
  const found = await checkHeadroom(budgetState(context), buyable(budget, purchase), buyer(context, purchase, budget));
  return found.kind === "held" ? found : undefined;
}

/** Written rules cost nothing, so no cap is about them. */
function buyable(budget: Budget | undefined, { runner }: Purchase): Budget | undefined {
  return isFree(runner.command) ? undefined : budget;
}

function buyer({ proc }: Context, { runner, goal }: Purchase, budget: Budget | undefined): SpendRequest {
  const reserveUsd = (recent: readonly number[]) => decideReserveUsd({ beatUsd: budget?.beatUsd }, recent);
  return { kind: "decide", key: `decide-${proc.pid}`, runner: runner.name, goal, reserveUsd };
}

function budgetState({ files, clock, locks, proc, paths, today }: Context): BudgetDeps {
  return { files, clock, locks, processes: proc, paths, today };
}
