import { MAX_SECONDS, parseDuration } from "../duration.ts";
import { EXIT, LooopError } from "../error.ts";
import { quoted } from "../names.ts";

/** Returns a time limit in milliseconds. Throws (exit 2) when no timer can count it. */
export function timeLimit(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0 && ms <= MAX_SECONDS * 1_000) return ms;
  throw new LooopError({
    message: `Cannot limit the worker's time: --${option} ${quoted(text)} is not valid`,
    hint: "Use seconds, or 90s, 30m, 2h, at most 24d",
    exit: EXIT.usage,
  });
}
