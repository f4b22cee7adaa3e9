import type { Answered, Ask } from "./ask.ts";

/** The options of an ask for an approval. */
export const YES_NO = ["yes", "no"] as const;

/** How long a move waits for approval, in milliseconds. After that it is denied. */
export const APPROVAL_TTL_MS = 7 * 86_400_000;

/** The pending moves that can be resolved now, oldest first. */
export interface Resolutions {
  /** The person said yes: carry the move out. */
  readonly approved: readonly Answered[];
  /** The person said no. */
  readonly denied: readonly Answered[];
  /** No answer came in time, which means no. */
  readonly expired: readonly Ask[];
}

/**
 * Sorts out which pending moves are resolved. An answer given in time counts however late it is read; an answer given too
 * late counts as no answer.
 */
export function resolutionsOf(pending: readonly Ask[], answered: readonly Answered[], nowMs: number): Resolutions {
  const isLate = ({ ask, answer }: Answered) => isExpired(ask, Date.parse(answer.ts));
  const approvals = answered.filter(({ ask }) => ask.parked !== undefined).sort((a, b) => byAge(a.ask, b.ask));
  const inTime = approvals.filter((one) => !isLate(one));
  const late = approvals.filter(isLate).map(({ ask }) => ask);
  return {
    approved: inTime.filter(({ answer }) => answer.text === "yes"),
    denied: inTime.filter(({ answer }) => answer.text !== "yes"),
    expired: [...pending.filter((ask) => isExpired(ask, nowMs)), ...late].sort(byAge),
  };
}

/** Returns true when a move has waited for approval too long. An ask dated in the future is not expired. */
export function isExpired({ parked, ts }: Ask, nowMs: number): boolean {
  return parked !== undefined && nowMs - Date.parse(ts) > APPROVAL_TTL_MS;
}

function byAge(one: Ask, other: Ask): number {
  return one.ts < other.ts ? -1 : 1;
}
