import { formatUsd } from "./call.ts";

/** The caps of a person, in USD. A cap that is undefined is none; one of 0 lets nothing spend. */
export interface Budget {
  /** The whole loop, workers included, per local calendar day. */
  readonly dayUsd: number | undefined;
  /** One decide. */
  readonly beatUsd: number | undefined;
  /** One worker, where its start does not say otherwise. */
  readonly workerUsd: number | undefined;
  /** By goal, per local calendar day: forced moves for it, and the worker of its name. */
  readonly goalUsd: Readonly<Record<string, number>>;
  /** What becomes of a worker that passes a cap. */
  readonly onBreach: "freeze" | "stop";
  /** What becomes of a runner whose calls cost nobody knows what. */
  readonly unknown: UnknownPolicy;
}

export type UnknownPolicy = "allow" | "ask" | "deny";

/** The least that is set aside for one decide and for one running worker, in USD. */
const MIN_DECIDE_USD = 0.01;
const MIN_WORKER_USD = 0.05;

/** How many of the last decides the reserve for the next one is taken from. */
export const RECENT = 20;

/** Calls of unknown cost that a runner may make in a day before `ask` asks: a call that was cut off is no policy. */
const NO_GRANT = 3;

/** How many more one yes allows, on the same day. */
export const GRANT = 10;

/** Sums lose their binary noise: less than this is nothing, in USD. */
const NOISE = 1e-9;

/** The amounts of a budget. */
export type Caps = Pick<Budget, "dayUsd" | "beatUsd" | "workerUsd" | "goalUsd">;

/** Whether any cap is set. */
export function hasCap({ dayUsd, beatUsd, workerUsd, goalUsd }: Caps): boolean {
  return [dayUsd, beatUsd, workerUsd, ...Object.values(goalUsd)].some((cap) => cap !== undefined);
}

/** What is set aside for the next decide, in USD; `recent` is what the last ones cost. */
export function decideReserveUsd({ beatUsd }: Pick<Budget, "beatUsd">, recent: readonly number[]): number {
  return Math.min(beatUsd ?? Number.POSITIVE_INFINITY, Math.max(MIN_DECIDE_USD, ...recent.slice(-RECENT)));
}

/** What is set aside for the next request of a running worker, in USD; `highestUsd` is its dearest so far. */
export function workerReserveUsd(highestUsd: number): number {
  return Math.max(MIN_WORKER_USD, highestUsd);
}

/** What a call is, as far as caps go. */
export interface Spender {
  readonly kind: "decide" | "worker";
  /** The goal it is for: of a forced move, or of the worker of that name. */
  readonly goal: string | undefined;
  /** What is set aside for it, in USD. */
  readonly reserveUsd: number;
  /** A worker's own cap, where its start named one, and what it has spent. */
  readonly ownUsd?: number | undefined;
  readonly ownSpentUsd?: number;
}

/** What is gone, and what is promised to others, in USD. */
export interface BudgetState {
  readonly daySpentUsd: number;
  readonly reservedUsd: number;
  readonly goalSpentUsd: number;
}

/** Whether a call has room under every cap. */
export type Headroom =
  /** `limitUsd`: where it must be ended; undefined for no cap. */
  | { readonly kind: "room"; readonly limitUsd: number | undefined }
  /** `key`: the setting that says no. `daily`: whether tomorrow is another day for it. */
  | { readonly kind: "none"; readonly reason: string; readonly key: string; readonly daily: boolean };

interface Cap {
  readonly key: string;
  readonly capUsd: number;
  /** What is left of it for this call, in USD. */
  readonly leftUsd: number;
  readonly what: string;
  readonly daily: boolean;
}

/** Whether `spender` may spend now. Decides only. */
export function headroomFor(budget: Budget, spender: Spender, purse: BudgetState): Headroom {
  const caps = capsOn(budget, spender, purse);
  const full = caps.find(({ capUsd, leftUsd }) => capUsd === 0 || spender.reserveUsd > leftUsd + NOISE);
  if (full !== undefined) {
    const { key, capUsd, daily, what } = full;
    const reason = capUsd === 0 ? `${key} is 0: nothing may spend` : what;
    return { kind: "none", reason, key, daily };
  }
  const limitUsd = Math.min(...caps.map(({ leftUsd }) => leftUsd));
  return { kind: "room", limitUsd: caps.length === 0 ? undefined : limitUsd };
}

function capsOn(budget: Budget, spender: Spender, purse: BudgetState): Cap[] {
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
          leftUsd: dayUsd - purse.daySpentUsd - purse.reservedUsd,
          what: `${usd(purse.daySpentUsd)} of ${usd(dayUsd)} is spent today${reserved(purse)}, and ${need} (budget.day_usd)`,
          daily: true,
        },
    goalCap === undefined
      ? undefined
      : {
          key: `budget.goal_usd.${spender.goal}`,
          capUsd: goalCap,
          leftUsd: goalCap - purse.goalSpentUsd,
          what: `the goal ${spender.goal} has spent ${usd(purse.goalSpentUsd)} of ${usd(goalCap)} today, and ${need} (budget.goal_usd)`,
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
  return reservedUsd <= NOISE ? "" : `, ${usd(reservedUsd)} is set aside for what runs`;
}

/**
 * What a worker runs that a person gave a command of their own, such as an editor, instead of a runner. What it reports is
 * counted and capped like any; that it reports nothing means that it calls no model.
 */
export const OWN_COMMAND = "command";

/** What was allowed of unknown spend on one day, by runner. */
export interface Allowance {
  readonly calls: number;
  /** The person said no: nothing more today. */
  readonly refused: boolean;
}

/** Whether a runner may make another call when `calls` of today cost nobody knows what. Decides only. */
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
      return calls < NO_GRANT + (allowance?.calls ?? 0) ? "go" : "ask";
  }
}

const usd = (amount: number) => `$${formatUsd(amount)}`;

/** The caps in a few words, for a person: `$10 a day, $0.5 a decide, $5 a worker`. */
export function capsText(budget: Budget | undefined): string {
  if (budget === undefined) return "no cap: the config has no [budget]";
  const { dayUsd, beatUsd, workerUsd, goalUsd } = budget;
  const words = [
    ...(dayUsd === undefined ? [] : [`${usd(dayUsd)} a day`]),
    ...(beatUsd === undefined ? [] : [`${usd(beatUsd)} a decide`]),
    ...(workerUsd === undefined ? [] : [`${usd(workerUsd)} a worker`]),
    ...Object.entries(goalUsd).map(([goal, cap]) => `${usd(cap)} a day for ${goal}`),
  ];
  return words.length === 0 ? "no cap: [budget] sets none" : words.join(", ");
}
