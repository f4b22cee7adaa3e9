/** A session's limit lasts at most five hours; a credit has no end of its own: somebody pays. */
export const LIMIT_KINDS = ["session", "weekly", "credit"] as const;
export type LimitKind = (typeof LIMIT_KINDS)[number];

/** A limit as some part of the runner's output names it, not yet checked against the clock. */
export interface NamedLimit {
  readonly kind?: LimitKind | undefined;
  /** Milliseconds since 1970; undefined when no end was named or it could not be read. */
  readonly endMs?: number | undefined;
  /** True when the words name a time of day that has passed. */
  readonly isOver?: true;
}

/** Returns the kind that a text names; undefined for another, or none. */
export function kindIn(text: string): LimitKind | undefined {
  if (CREDIT.test(text)) return "credit";
  if (WEEKLY.test(text)) return "weekly";
  return SESSION.test(text) ? "session" : undefined;
}

const CREDIT =
  /\bcredits?\b|billing|insufficient_quota|insufficient balance|exceeded your current quota|spend(?:ing)?[ _]?(?:limit|cap)|out of (?:extra )?usage|top up\b|payment required/i;
const WEEKLY = /\bweekly\b|\b(?:7|seven)[ _-]?days?\b|seven_day/i;
const SESSION = /\bsession limit\b|\b(?:5|five)[ _-]?h(?:ou)?rs?\b|five_hour|\b5h\b/i;
