import { isRecord, parseJson } from "../../core/json.ts";
import { utcSecond } from "../../core/time.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/** Why nothing may be spent until the person says `thaw --all`: `.money-hold.json`. */

/** The reason, or undefined when nothing holds. A record that cannot be understood holds. */
export function moneyHold(files: Files, paths: Paths): string | undefined {
  const text = files.read(paths.moneyHold);
  if (text === undefined) return undefined;
  const value = parseJson(text);
  const reason = isRecord(value) ? value["reason"] : undefined;
  return typeof reason === "string" && reason !== "" ? reason : `the record ${paths.moneyHold} cannot be read`;
}

/** Holds from now on; the first reason stays. */
export function holdMoney(files: Files, paths: Paths, reason: string, nowMs: number): void {
  files.create(paths.moneyHold, `${JSON.stringify({ v: 1, reason, at: utcSecond(nowMs) })}\n`);
}

/** Ends it; false when there was none. */
export function endMoneyHold(files: Files, paths: Paths): boolean {
  const was = files.stat(paths.moneyHold) !== undefined;
  files.remove(paths.moneyHold);
  return was;
}
