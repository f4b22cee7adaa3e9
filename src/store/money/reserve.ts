import { expected, LooopError } from "../../core/error.ts";
import { own } from "../../core/json.ts";
import {
  type Budget,
  decideUnknownCost,
  type Headroom,
  headroomFor,
  OWN_COMMAND,
  type Spender,
} from "../../core/money/budget.ts";
import type { Day, Metered } from "../../core/money/call.ts";
import { type DaySpend, TORN } from "../../core/money/day-spend.ts";
import type { Cause } from "../../core/money/skips.ts";
import { counted } from "../../core/text.ts";
import type { Clock, Files, Locks, Processes } from "../../sys/sys.ts";
import { frozenReason, isFrozen } from "../freeze-all.ts";
import type { Paths } from "../paths.ts";
import { readAllowance } from "./allowance.ts";
import { daySpend } from "./day-spend.ts";
import { ensureRecorded, ledgerEnd, spentOn } from "./ledger.ts";
import { moneyHold } from "./money-hold.ts";
import {
  type BegunCall,
  deadReservations,
  dropReservation,
  type ReservationFile,
  reservedUsd,
  writeReservation,
} from "./reservations.ts";
import { lockMoney } from "./worker-call.ts";

export interface BudgetDeps {
  readonly files: Files;
  readonly clock: Clock;
  readonly locks: Locks;
  readonly processes: Processes;
  readonly paths: Paths;
  today(): Promise<Day>;
}

/** A request to spend. */
export interface SpendRequest extends Pick<Spender, "kind" | "goal" | "ownUsd" | "ownSpentUsd"> {
  /** The name of its reservation. */
  readonly key: string;
  readonly runner: string;
  /** Returns the amount to reserve, in USD, by the costs of recent decides. */
  reserveUsd(recent: readonly number[]): number;
}

/** The reason why a request is refused now. */
export interface BudgetHold {
  readonly kind: "held";
  readonly reason: string;
  /** The time at which it may end by itself; undefined when only the person can end it. */
  readonly untilMs: number | undefined;
  readonly cause: Extract<Cause, "budget" | "unknown spend" | "frozen" | "clock">;
  /** The setting that refuses, if it is one. */
  readonly key?: string;
  /** Set when the person decides if this runner may continue at an unknown cost. */
  readonly ask?: { readonly runner: string; readonly calls: number; readonly day: string };
}

/** Money that is reserved for one call. */
export interface Reservation {
  readonly kind: "funded";
  readonly reserveUsd: number;
  /** Notes that the call begins. If looop is killed, the next process to look records the spend so far. */
  begin(call: Metered): void;
  /**
   * Notes the spend of the call so far, and grows the reservation to it. Returns the spend at which the call must be ended,
   * in USD, after what all others have spent and reserved meanwhile; undefined without a cap.
   */
  updateSpend(usd: number): number | undefined;
  /** Grows the reservation to this amount; a larger one stays. */
  growTo(usd: number): void;
  /** Ends the reservation: the cost is in the ledger, or nothing was spent. */
  release(): void;
}

/** Reserves money for a call, or returns why it is held. Each of several processes sees the reservations of the others. */
export async function reserve(
  deps: BudgetDeps,
  budget: Budget | undefined,
  request: SpendRequest,
): Promise<Reservation | BudgetHold> {
  const { files, paths, processes } = deps;
  if (budget === undefined) return heldByFreeze(deps) ?? UNCAPPED;
  using lock = await lockMoney(deps);
  if (lock === undefined)
    return { kind: "held", reason: "another looop holds the budget's lock", untilMs: undefined, cause: "budget" };
  const found = await look(deps, budget, request, true);
  if (found.kind === "held") return found;
  const { reserveUsd, day } = found;
  let { limitUsd } = found;
  let current: ReservationFile = { usd: reserveUsd, call: undefined };
  const set = (next: ReservationFile) => {
    current = next;
    writeReservation(files, processes, paths, request.key, current);
  };
  set(current);
  return {
    kind: "funded",
    reserveUsd,
    begin: (call) => set({ ...current, call: { ...call, from: ledgerEnd(files, paths), usd: 0 } }),
    updateSpend: (usd) => {
      const { call } = current;
      if (call === undefined || day === undefined || !isNoticeable(call.usd, usd)) return limitUsd;
      const grown = { ...call, usd };
      set({ usd: Math.max(current.usd, usd), call: grown });
      limitUsd = limitOf(deps, budget, request, grown, day) ?? limitUsd;
      return limitUsd;
    },
    growTo: (usd) => usd > current.usd && set({ ...current, usd }),
    release: () => dropReservation(files, paths, request.key),
  };
}

/** True when a spend has grown enough to update the reservation: by a cent, or by a tenth when it is small. */
function isNoticeable(beforeUsd: number, usd: number): boolean {
  return usd > beforeUsd + Math.min(0.01, beforeUsd / 10);
}

/** Returns the spend at which a call must be ended; undefined without a cap, and while the spend is unknown. */
function limitOf(
  deps: BudgetDeps,
  budget: Budget,
  request: SpendRequest,
  call: BegunCall,
  day: Day,
): number | undefined {
  try {
    const { state } = readState(deps, request, day);
    // Its own rows in the ledger are part of its spend so far.
    const { usd } = spentOn(deps.files, deps.paths, call, call.from);
    const others = { ...state, daySpentUsd: state.daySpentUsd - usd, goalSpentUsd: state.goalSpentUsd - usd };
    const room = headroomFor(budget, { ...request, reserveUsd: 0 }, others);
    return room.kind === "room" ? room.limitUsd : 0;
  } catch (error) {
    // The old limit stays; the next request is held and says why.
    if (error instanceof LooopError) return undefined;
    throw error;
  }
}

function readState({ files, paths, processes }: BudgetDeps, { key, goal }: SpendRequest, today: Day) {
  // Reservations first: a call recorded between the two reads counts twice then, which is better than not at all.
  const reservedByOthersUsd = reservedUsd(files, processes, paths, key);
  const day = daySpend(files, paths, today);
  const goalSpentUsd = goal === undefined ? 0 : (own(day.goals, goal) ?? 0);
  return { day, state: { daySpentUsd: day.usd, reservedUsd: reservedByOthersUsd, goalSpentUsd } };
}

interface Found {
  readonly kind: "room";
  /** The day that was counted; undefined without a budget. */
  readonly day: Day | undefined;
  readonly limitUsd: number | undefined;
  readonly reserveUsd: number;
}

/** Checks the headroom as {@linkcode reserve} does, but reserves nothing. */
export async function checkHeadroom(
  deps: BudgetDeps,
  budget: Budget | undefined,
  request: SpendRequest,
): Promise<Found | BudgetHold> {
  const { files, paths, processes } = deps;
  const isClean = budget === undefined || deadReservations(files, processes, paths).length === 0;
  using lock = isClean ? undefined : await lockMoney(deps);
  return await look(deps, budget, request, lock !== undefined);
}

async function look(
  deps: BudgetDeps,
  budget: Budget | undefined,
  request: SpendRequest,
  isLocked: boolean,
): Promise<Found | BudgetHold> {
  const { files, paths } = deps;
  const frozen = heldByFreeze(deps);
  if (frozen !== undefined) return frozen;
  if (budget === undefined) return { kind: "room", day: undefined, limitUsd: undefined, reserveUsd: 0 };
  const hold = moneyHold(files, paths);
  if (hold !== undefined) return { kind: "held", reason: hold, untilMs: undefined, cause: "clock" };
  const today = await deps.today();
  try {
    if (isLocked) recordDeadCalls(deps);
    const { day, state } = readState(deps, request, today);
    const spender = { ...request, reserveUsd: request.reserveUsd(day.recent) };
    const room = headroomFor(budget, spender, state);
    const untilMs = Date.parse(today.to);
    if (room.kind === "none") return heldBy(room, untilMs);
    const asked = unknownHold(deps, budget, request, day, today);
    return asked ?? { kind: "room", day: today, limitUsd: room.limitUsd, reserveUsd: spender.reserveUsd };
  } catch (error) {
    expected(error);
    return { kind: "held", reason: `${error.message}. ${error.hint}`, untilMs: undefined, cause: "budget" };
  }
}

/**
 * Records the calls of killed processes, with their spend so far, else as calls of unknown cost. The caller holds the lock.
 * A kill between the two steps records nothing twice, because a row that exists counts.
 */
function recordDeadCalls({ files, paths, processes, clock }: BudgetDeps): void {
  for (const { key, call } of deadReservations(files, processes, paths)) {
    if (call !== undefined) {
      const { usd, from, ...metered } = call;
      const cost = usd > 0 ? ({ costUsd: usd, source: "estimated" } as const) : ({ source: "unknown" } as const);
      ensureRecorded(files, paths, { ...metered, ...cost }, from, clock.now());
    }
    dropReservation(files, paths, key);
  }
}

/** The reservation when there is no cap: nothing is written. */
const UNCAPPED: Reservation = {
  ...{ kind: "funded", reserveUsd: 0 },
  begin: () => undefined,
  updateSpend: () => undefined,
  growTo: () => undefined,
  release: () => undefined,
};

/** Returns the hold while everything is frozen. */
export function heldByFreeze({ files, paths }: Pick<BudgetDeps, "files" | "paths">): BudgetHold | undefined {
  if (!isFrozen(files, paths)) return undefined;
  return { kind: "held", reason: frozenReason(paths), untilMs: undefined, cause: "frozen" };
}

function heldBy({ daily, key, reason }: Extract<Headroom, { kind: "none" }>, midnightMs: number): BudgetHold {
  return { kind: "held", reason, key, cause: "budget", untilMs: daily ? midnightMs : undefined };
}

function unknownHold(
  { files, paths }: BudgetDeps,
  budget: Budget,
  { runner }: SpendRequest,
  day: DaySpend,
  { date, to }: Day,
): BudgetHold | undefined {
  if (runner === OWN_COMMAND || budget.freeRunners.includes(runner)) return undefined;
  const calls = (own(day.unknown, runner) ?? 0) + (own(day.unknown, TORN) ?? 0);
  const verdict = decideUnknownCost(budget, calls, readAllowance(files, paths, date, runner));
  if (verdict === "go") return undefined;
  const reason = `the cost of ${counted(calls, "call")} of ${runner} today is unknown (budget.unknown = "${budget.unknown}")`;
  const untilMs = Date.parse(to);
  return {
    ...{ kind: "held", reason, untilMs, key: "budget.unknown", cause: "unknown spend" },
    ...(verdict === "ask" ? { ask: { runner, calls, day: date } } : {}),
  };
}
