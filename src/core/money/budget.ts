import { formatUsd } from "./call.ts";

/** The person's caps, in USD. A cap that is undefined does not limit; a cap of 0 lets nothing spend. */
export interface Budget {
  /** The whole loop, workers included, per local calendar day. */
  readonly dayUsd: number | undefined;
  /** One decide. */
  readonly beatUsd: number | undefined;
  /** One worker, unless it was started with a cap of its own. */
  readonly workerUsd: number | undefined;
  /** By goal, per local calendar day: forced moves for it, and the worker of its name. */
  readonly goalUsd: Readonly<Record<string, number>>;
  /** The action on a worker that passes a cap. */
  readonly onBreach: "freeze" | "stop";
  /** The action on a runner whose calls have an unknown cost. */
  readonly unknown: UnknownPolicy;
  /** Runners with `cost = 0`: their calls of unknown cost cost nothing. */
  readonly freeRunners: readonly string[];
}

export type UnknownPolicy = "allow" | "ask" | "deny";

/** The smallest reservation for one decide and for one running worker, in USD. */
const MIN_DECIDE_USD = 0.01;
const MIN_WORKER_USD = 0.05;

/** Number of recent decides that the reservation for the next one is based on. */
export const RECENT = 20;

/** The calls of unknown cost that a runner may make in a day before `ask` asks: a few are only cut off. */
const CALLS_WITHOUT_GRANT = 3;

/** The further calls that one yes allows on the same day. */
export const GRANT = 10;

/** Amounts below this are rounding errors of binary sums, in USD. */
const NOISE = 1e-9;

/** The amounts of a budget. */
export type Caps = Pick<Budget, "dayUsd" | "beatUsd" | "workerUsd" | "goalUsd">;

export function hasCap({ dayUsd, beatUsd, workerUsd, goalUsd }: Caps): boolean {
  return [dayUsd, beatUsd, workerUsd, ...Object.values(goalUsd)].some((cap) => cap !== undefined);
}

/** Returns the reservation for the next decide, in USD; `recent` is the cost of the last ones. */
export function decideReserveUsd({ beatUsd }: Pick<Budget, "beatUsd">, recent: readonly number[]): number {
  return Math.min(beatUsd ?? Number.POSITIVE_INFINITY, Math.max(MIN_DECIDE_USD, ...recent.slice(-RECENT)));
}

/** Returns the reservation for the next request of a running worker, in USD, by its most expensive request so far. */
export function workerReserveUsd(maxRequestUsd: number): number {
  return Math.max(MIN_WORKER_USD, maxRequestUsd);
}

/** A call that caps apply to. */
export interface Spender {
  readonly kind: "decide" | "worker";
  /** Its goal: that of a forced move, or the one with the name of the worker. */
  readonly goal: string | undefined;
  /** Its reservation, in USD. */
  readonly reserveUsd: number;
  /** A worker's own cap, where it was started with one, and its spend. */
  readonly ownUsd?: number | undefined;
  readonly ownSpentUsd?: number;
}

/** The money that is spent, and the money that others have reserved, in USD. */
export interface BudgetState {
  readonly daySpentUsd: number;
  readonly reservedUsd: number;
  readonly goalSpentUsd: number;
}

/** The room that a call has under all caps. */
export type Headroom =
  /** `limitUsd`: the spend at which the call must be ended; undefined without a cap. */
  | { readonly kind: "room"; readonly limitUsd: number | undefined }
  /** `key`: the setting that refuses. `daily`: true when its cap starts again tomorrow. */
  | { readonly kind: "none"; readonly reason: string; readonly key: string; readonly daily: boolean };

interface Cap {
  readonly key: string;
  readonly capUsd: number;
  /** The headroom of this call under it, in USD. */
  readonly leftUsd: number;
  readonly what: string;
  readonly daily: boolean;
}

/** Returns the headroom of `spender` now. It only decides: nothing is reserved. */
export function headroomFor(budget: Budget, spender: Spender, state: BudgetState): Headroom {
  const caps = capsOn(budget, spender, state);
  const full = caps.find(({ capUsd, leftUsd }) => capUsd === 0 || spender.reserveUsd > leftUsd + NOISE);
  if (full !== undefined) {
    const { key, capUsd, daily, what } = full;
    const reason = capUsd === 0 ? `${key} is 0: nothing may spend` : what;
    return { kind: "none", reason, key, daily };
  }
  const limitUsd = Math.min(...caps.map(({ leftUsd }) => leftUsd));
  return { kind: "room", limitUsd: caps.length === 0 ? undefined : limitUsd };
}

function capsOn(budget: Budget, spender: Spender, state: BudgetState): Cap[] {
  const { dayUsd, beatUsd, workerUsd, goalUsd } = budget;
  const need = `the next call needs ${usd(spender.reserveUsd)}`;
  const goalCap =
    spender.goal !== undefined && Object.hasOwn(goalUsd, spender.goal) ? goalUsd[spender.goal] : undefined;
  const ownCap = spender.kind === "decide" ? beatUsd : (spender.ownUsd ?? workerUsd);
  const ownKey = spender.kind === "decide" ? "budget.beat_usd" : "budget.worker_usd";
  const own = spender.ownSpentUsd ?? 0;
  const caps: (Cap | undefined)[] = [
    dayUsd === undefined
      ? undefined
      : {
          key: "budget.day_usd",
          capUsd: dayUsd,
          leftUsd: dayUsd - state.daySpentUsd - state.reservedUsd,
          what: `${usd(state.daySpentUsd)} of ${usd(dayUsd)} is spent today${reserved(state)}, and ${need} (budget.day_usd)`,
          daily: true,
        },
    goalCap === undefined
      ? undefined
      : {
          key: `budget.goal_usd.${spender.goal}`,
          capUsd: goalCap,
          leftUsd: goalCap - state.goalSpentUsd,
          what: `the goal ${spender.goal} has spent ${usd(state.goalSpentUsd)} of ${usd(goalCap)} today, and ${need} (budget.goal_usd)`,
          daily: true,
        },
    ownCap === undefined
      ? undefined
      : {
          key: ownKey,
          capUsd: ownCap,
          leftUsd: ownCap - own,
          what: `${usd(own)} of its ${usd(ownCap)} is spent, and ${need} (${ownKey})`,
          daily: false,
        },
  ];
  return caps.filter((cap) => cap !== undefined);
}

function reserved({ reservedUsd }: BudgetState): string {
  return reservedUsd <= NOISE ? "" : `, ${usd(reservedUsd)} is reserved for calls under way`;
}

/**
 * The runner of a worker that a person gave a command of their own, such as an editor. The cost it reports is counted and
 * capped like any other; when it reports none, it calls no model.
 */
export const OWN_COMMAND = "command";

/** The unknown spend that the person allowed one runner on one day. */
export interface Allowance {
  readonly calls: number;
  /** The person said no: nothing more today. */
  readonly refused: boolean;
}

/** Decides whether a runner may make another call when `calls` of today have an unknown cost. */
export function decideUnknownCost(
  { unknown }: Pick<Budget, "unknown">,
  calls: number,
  allowance: Allowance | undefined,
): "go" | "ask" | "held" {
  switch (unknown) {
    case "allow":
      return "go";
    case "deny":
      return calls === 0 ? "go" : "held";
    case "ask":
      if (allowance?.refused === true) return "held";
      return calls < CALLS_WITHOUT_GRANT + (allowance?.calls ?? 0) ? "go" : "ask";
  }
}

const usd = (amount: number) => `$${formatUsd(amount)}`;

/** Returns the caps in a few words: `$10 a day, $0.5 a decide, $5 a worker`. */
export function capsText(budget: Budget | undefined): string {
  if (budget === undefined) return "no cap: the config has no [budget]";
  const { dayUsd, beatUsd, workerUsd, goalUsd } = budget;
  const goals = Object.entries(goalUsd).map(([goal, cap]) => [cap, `day for ${goal}`] as const);
  const caps = [[dayUsd, "day"] as const, [beatUsd, "decide"] as const, [workerUsd, "worker"] as const, ...goals];
  const words = caps.flatMap(([cap, what]) => (cap === undefined ? [] : [`${usd(cap)} a ${what}`]));
  return words.length === 0 ? "no cap: [budget] sets none" : words.join(", ");
}
