import { type Answered, type Ask, boundText } from "./ask.ts";
import { kindOfId } from "./ask-id.ts";

/** The options of an ask for an approval. */
export const YES_NO = ["yes", "no"] as const;

/** How long a move waits for approval, in milliseconds. After that it is denied. */
export const APPROVAL_TTL_MS = 7 * 86_400_000;

/** The person's own ways to answer. A line typed in a worker's terminal does not count: any program can type there. */
const PERSONS_WAYS: ReadonlySet<string> = new Set(["answer"]);

/** The pending moves that can be resolved now, oldest first. */
export interface Resolutions {
  /** The person said yes: carry the move out. */
  readonly approved: readonly Answered[];
  /** The person said no. */
  readonly denied: readonly Answered[];
  /** No answer came in time, which means no. */
  readonly expired: readonly Ask[];
  /** The answer does not count: it is not bound to what the ask says now. The move, or the loop's question, goes on waiting. */
  readonly voided: readonly Answered[];
}

/**
 * Sorts out which pending moves are resolved. An answer given in time counts however late it is read; an answer given too
 * late counts as no answer.
 */
export function resolutionsOf(
  pending: readonly Ask[],
  answered: readonly Answered[],
  nowMs: number,
  digest: (text: string) => string,
): Resolutions {
  const isLate = ({ ask, answer }: Answered) => isExpired(ask, Date.parse(answer.ts));
  const approvals = answered.filter(({ ask }) => ask.kind === "approval").sort((a, b) => byAge(a.ask, b.ask));
  const inTime = approvals.filter((one) => !isLate(one));
  const late = approvals.filter(isLate).map(({ ask }) => ask);
  const bound = inTime.filter((one) => isPersons(one, digest));
  const voided = inTime.filter((one) => !bound.includes(one));
  const waiting = [...pending, ...voided.map(({ ask }) => ask)];
  return {
    approved: bound.filter(({ answer }) => answer.text === "yes"),
    denied: bound.filter(({ answer }) => answer.text !== "yes"),
    expired: [...waiting.filter((ask) => isExpired(ask, nowMs)), ...late].sort(byAge),
    voided: [...voided.filter(({ ask }) => !isExpired(ask, nowMs)), ...unboundQuestions(answered, digest)],
  };
}

/** A question of the loop never expires, and its answer is shown as the person's words. */
function unboundQuestions(answered: readonly Answered[], digest: (text: string) => string): Answered[] {
  return answered.filter((one) => one.ask.kind === "question" && !isPersons(one, digest));
}

/**
 * True when an answer to an ask of the loop is the person's, to what the ask says now: given in a way of the person's own,
 * and bound to the same content. An answer to an ask of an earlier version is bound to nothing.
 */
export function isPersons({ ask, answer }: Answered, digest: (text: string) => string): boolean {
  if (!PERSONS_WAYS.has(answer.by)) return false;
  if (answer.shown === undefined) return kindOfId(ask.id) === "worker";
  return answer.shown === digest(boundText(ask));
}

/** Returns true when a move has waited for approval too long. An ask dated in the future is not expired. */
export function isExpired({ kind, ts }: Ask, nowMs: number): boolean {
  return kind === "approval" && nowMs - Date.parse(ts) > APPROVAL_TTL_MS;
}

function byAge(one: Ask, other: Ask): number {
  return one.ts < other.ts ? -1 : 1;
}
