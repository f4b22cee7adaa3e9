import { isRecord, parseJson } from "../../core/json.ts";
import { utcSecond } from "../../core/time.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/** The hold on all spending until `looop thaw --all`: `.money-hold.json`. */

/** Returns the reason of the hold; undefined without one. An unreadable record is a hold. */
export function moneyHold(files: Files, paths: Paths): string | undefined {
  const text = files.read(paths.moneyHold);
  if (text === undefined) return undefined;
  const value = parseJson(text);
  const reason = isRecord(value) ? value["reason"] : undefined;
  return typeof reason === "string" && reason !== "" ? reason : `the record ${paths.moneyHold} cannot be read`;
}

/** Holds all spending from now on. An earlier reason stays. */
export function holdMoney(files: Files, paths: Paths, reason: string, nowMs: number): void {
  files.create(paths.moneyHold, `${JSON.stringify({ v: 1, reason, at: utcSecond(nowMs) })}\n`);
}

export function endMoneyHold(files: Files, paths: Paths): void {
  files.remove(paths.moneyHold);
}
