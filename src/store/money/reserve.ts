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
import type { Clock, Files, Locks, Processes } from "../../sys/sys.ts";
import { frozenReason, isFrozen } from "../freeze-all.ts";
import type { Paths } from "../paths.ts";
import { readAllowance } from "./allowance.ts";
import { lockMoney } from "./book-call.ts";
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

/** What looking after the money takes. */
export interface BudgetDeps {
  readonly files: Files;
  readonly clock: Clock;
  readonly locks: Locks;
  readonly processes: Processes;
  readonly paths: Paths;
  today(): Promise<Day>;
}

/** Who wants to spend. */
export interface SpendRequest extends Pick<Spender, "kind" | "goal" | "ownUsd" | "ownSpentUsd"> {
  /** Names its reserve. */
  readonly key: string;
  readonly runner: string;
  /** What is to be set aside for it when the last decides cost this, in USD. */
  reserveUsd(recent: readonly number[]): number;
}

/** Why nobody may spend now. */
export interface Reservation {
  readonly kind: "held";
  readonly reason: string;
  /** When that may have passed by itself; undefined when it takes the person. */
  readonly untilMs: number | undefined;
  readonly cause: Extract<Cause, "budget" | "unknown spend" | "frozen" | "clock">;
  /** The setting that says no, where one does. */
  readonly key?: string;
  /** The person is to be asked whether this runner may go on although nobody knows what it costs. */
  readonly ask?: { readonly runner: string; readonly calls: number; readonly day: string };
}

/** A reserve that was taken. */
export interface ReserveResult {
  readonly kind: "funded";
  readonly reserveUsd: number;
  /** The call begins: should looop be killed, whoever looks next books what was heard of its cost by then. */
  begin(call: Metered): void;
  /**
   * The call has cost this much already: its reserve grows with it. Returns where it must be ended, in USD, by what all
   * others have spent and set aside meanwhile; undefined for nowhere.
   */
  heard(usd: number): number | undefined;
  /** Sets this much aside, where it was less. */
  grow(usd: number): void;
  /** The truth is booked, or nothing was spent: gives the reserve back. */
  release(): void;
}

/** Sets money aside for a call, or says why there is none. Of several processes at once each sees what the others took. */
export async function reserve(
  edge: BudgetDeps,
  budget: Budget | undefined,
  buyer: SpendRequest,
): Promise<ReserveResult | Reservation> {
  const { files, paths, processes } = edge;
  if (budget === undefined) return heldByFreeze(edge) ?? UNCAPPED;
  const lock = await lockMoney(edge);
  if (lock === undefined)
    return { kind: "held", reason: "another looop holds the budget's lock", untilMs: undefined, cause: "budget" };
  try {
    const found = await look(edge, budget, buyer, true);
    if (found.kind === "held") return found;
    const { reserveUsd, day } = found;
    let { limitUsd } = found;
    let reserve: ReservationFile = { usd: reserveUsd, call: undefined };
    const set = (next: ReservationFile) => {
      reserve = next;
      writeReservation(files, processes, paths, buyer.key, reserve);
    };
    set(reserve);
    return {
      kind: "funded",
      reserveUsd,
      begin: (call) => set({ ...reserve, call: { ...call, from: ledgerEnd(files, paths), usd: 0 } }),
      heard: (usd) => {
        const { call } = reserve;
        if (call === undefined || day === undefined || !isNoticeable(call.usd, usd)) return limitUsd;
        const grown = { ...call, usd };
        set({ usd: Math.max(reserve.usd, usd), call: grown });
        limitUsd = limitOf(edge, budget, buyer, grown, day) ?? limitUsd;
        return limitUsd;
      },
      grow: (usd) => usd > reserve.usd && set({ ...reserve, usd }),
      release: () => dropReservation(files, paths, buyer.key),
    };
  } finally {
    lock.release();
  }
}

/** Whether a spend that grew to `usd` is worth a write and a look: by a cent, or by a tenth where it is small. */
function isNoticeable(beforeUsd: number, usd: number): boolean {
  return usd > beforeUsd + Math.min(0.01, beforeUsd / 10);
}

/** Where a call must be ended by what is known now; undefined for nowhere, and while nobody can tell. */
function limitOf(edge: BudgetDeps, budget: Budget, buyer: SpendRequest, call: BegunCall, day: Day): number | undefined {
  try {
    const { purse } = readPurse(edge, buyer, day);
    // What it has booked itself already is part of what was heard.
    const { usd } = spentOn(edge.files, edge.paths, call, call.from);
    const others = { ...purse, daySpentUsd: purse.daySpentUsd - usd, goalSpentUsd: purse.goalSpentUsd - usd };
    const room = headroomFor(budget, { ...buyer, reserveUsd: 0 }, others);
    return room.kind === "room" ? room.limitUsd : 0;
  } catch (error) {
    // The next look holds, and says why: this call is ended where it was to be.
    if (error instanceof LooopError) return undefined;
    throw error;
  }
}

function readPurse({ files, paths, processes }: BudgetDeps, { key, goal }: SpendRequest, today: Day) {
  // Reserves first: what is booked between the two looks counts twice then, and never not at all.
  const reservedByOthersUsd = reservedUsd(files, processes, paths, key);
  const day = daySpend(files, paths, today);
  const goalSpentUsd = goal === undefined ? 0 : (own(day.goals, goal) ?? 0);
  return { day, purse: { daySpentUsd: day.usd, reservedUsd: reservedByOthersUsd, goalSpentUsd } };
}

interface Found {
  readonly kind: "room";
  /** The day that was looked at; undefined without a budget. */
  readonly day: Day | undefined;
  readonly limitUsd: number | undefined;
  readonly reserveUsd: number;
}

/** The same look without taking anything. */
export async function checkHeadroom(
  edge: BudgetDeps,
  budget: Budget | undefined,
  buyer: SpendRequest,
): Promise<Found | Reservation> {
  const { files, paths, processes } = edge;
  const isClean = budget === undefined || deadReservations(files, processes, paths).length === 0;
  const lock = isClean ? undefined : await lockMoney(edge);
  try {
    return await look(edge, budget, buyer, lock !== undefined);
  } finally {
    lock?.release();
  }
}

async function look(
  edge: BudgetDeps,
  budget: Budget | undefined,
  buyer: SpendRequest,
  isLocked: boolean,
): Promise<Found | Reservation> {
  const { files, paths } = edge;
  const frozen = heldByFreeze(edge);
  if (frozen !== undefined) return frozen;
  if (budget === undefined) return { kind: "room", day: undefined, limitUsd: undefined, reserveUsd: 0 };
  const hold = moneyHold(files, paths);
  if (hold !== undefined) return { kind: "held", reason: hold, untilMs: undefined, cause: "clock" };
  const today = await edge.today();
  try {
    if (isLocked) bookTheDead(edge);
    const { day, purse } = readPurse(edge, buyer, today);
    const spender = { ...buyer, reserveUsd: buyer.reserveUsd(day.recent) };
    const room = headroomFor(budget, spender, purse);
    const untilMs = Date.parse(today.to);
    if (room.kind === "none") return heldBy(room, untilMs);
    const asked = unknownHold(edge, budget, buyer, day, today);
    return asked ?? { kind: "room", day: today, limitUsd: room.limitUsd, reserveUsd: spender.reserveUsd };
  } catch (error) {
    expected(error);
    return { kind: "held", reason: error.message, untilMs: undefined, cause: "budget" };
  }
}

/**
 * Books the calls of processes that were killed: at what was heard of them, else as a call of unknown cost. Under the lock.
 * A row that is there counts, so one that is killed between the two steps makes no second one.
 */
function bookTheDead({ files, paths, processes, clock }: BudgetDeps): void {
  for (const { key, call } of deadReservations(files, processes, paths)) {
    if (call !== undefined) {
      const { usd, from, ...metered } = call;
      const cost = usd > 0 ? ({ costUsd: usd, source: "estimated" } as const) : ({ source: "unknown" } as const);
      ensureRecorded(files, paths, { ...metered, ...cost }, from, clock.now());
    }
    dropReservation(files, paths, key);
  }
}

/** Where there is no cap nothing is set aside. */
const UNCAPPED: ReserveResult = {
  ...{ kind: "funded", reserveUsd: 0 },
  begin: () => undefined,
  heard: () => undefined,
  grow: () => undefined,
  release: () => undefined,
};

/** The big red button, when it is pressed. */
export function heldByFreeze({ files, paths }: Pick<BudgetDeps, "files" | "paths">): Reservation | undefined {
  if (!isFrozen(files, paths)) return undefined;
  return { kind: "held", reason: frozenReason(paths), untilMs: undefined, cause: "frozen" };
}

function heldBy({ daily, key, reason }: Extract<Headroom, { kind: "none" }>, midnightMs: number): Reservation {
  return { kind: "held", reason, key, cause: "budget", untilMs: daily ? midnightMs : undefined };
}

function unknownHold(
  { files, paths }: BudgetDeps,
  budget: Budget,
  { runner }: SpendRequest,
  day: DaySpend,
  { date, to }: Day,
): Reservation | undefined {
  if (runner === OWN_COMMAND) return undefined;
  const calls = (own(day.unknown, runner) ?? 0) + (own(day.unknown, TORN) ?? 0);
  const verdict = decideUnknownCost(budget, calls, readAllowance(files, paths, date, runner));
  if (verdict === "go") return undefined;
  const counted = `${calls} ${calls === 1 ? "call" : "calls"} of ${runner} today cost nobody knows what`;
  const reason = `${counted} (budget.unknown = "${budget.unknown}")`;
  const untilMs = Date.parse(to);
  return {
    ...{ kind: "held", reason, untilMs, key: "budget.unknown", cause: "unknown spend" },
    ...(verdict === "ask" ? { ask: { runner, calls, day: date } } : {}),
  };
}
