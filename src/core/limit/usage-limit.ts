/** Reads from all that a failed runner said whether it is at a usage limit, and when that ends. One reader for all runners. */
import { limitInBody } from "./limit-body.ts";
import type { NamedLimit } from "./limit-kind.ts";
import { limitInWords } from "./limit-words.ts";

/** A usage limit that a runner has reached. */
export interface UsageLimit extends NamedLimit {
  /** An event of the runner's own, a body of its API, or only words, which a model or a tool may have quoted. */
  readonly source: "event" | "body" | "words";
}

/** The last words of a runner that failed. */
export interface LastWords {
  /** The limit of its own event for limits. */
  readonly event?: NamedLimit | undefined;
  /** The whole event with which it gave up, as it came. */
  readonly line?: string | undefined;
  /** Its error in words. */
  readonly words: string;
}

/** The longest time that a limit can last, in milliseconds: limits are for hours, weeks, or a month. */
const LONGEST_MS = 32 * 86_400_000;

/** The longest hold for words alone, in milliseconds: after that one try tells. */
const WORDS_HOLD_MS = 3_600_000;

/** Returns the limit that the runner has reached; undefined when it names none, or one that is over. */
export function readLimit({ event, line = "", words }: LastWords, nowMs: number): UsageLimit | undefined {
  const body = limitInBody(line, nowMs);
  // A body among words may be quoted, like the words.
  const said = limitInBody(words, nowMs) ?? limitInWords(words, nowMs);
  const kind = event?.kind ?? body?.kind ?? said?.kind;
  if (event?.endMs !== undefined) return current({ kind, endMs: event.endMs, source: "event" }, nowMs);
  if (body?.endMs !== undefined) return current({ kind, endMs: body.endMs, source: "body" }, nowMs);
  if (said?.endMs !== undefined) return shortened(current({ kind, endMs: said.endMs, source: "words" }, nowMs), nowMs);
  if (said?.isOver === true) return undefined;
  if (event !== undefined) return { kind, source: "event" };
  if (body !== undefined) return { kind, source: "body" };
  return said === undefined ? undefined : { kind, source: "words" };
}

function shortened(limit: UsageLimit | undefined, nowMs: number): UsageLimit | undefined {
  return limit?.endMs === undefined ? limit : { ...limit, endMs: Math.min(limit.endMs, nowMs + WORDS_HOLD_MS) };
}

/** A past end is no limit, and one too far off cannot be meant. A limit with an end is not for want of credit. */
function current({ kind: named, endMs = 0, source }: UsageLimit, nowMs: number): UsageLimit | undefined {
  if (endMs <= nowMs) return undefined;
  const kind = named === "credit" ? undefined : named;
  return endMs - nowMs > LONGEST_MS ? { kind, source } : { kind, endMs, source };
}
