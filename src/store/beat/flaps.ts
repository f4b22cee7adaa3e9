import { isRecord, parseJson } from "../../core/json.ts";
import type { Flap, Flaps } from "../../core/world/flapping.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/** How the sensors behaved so far. What is not understood begins anew: it only keeps a decider from being woken. */
export function readFlaps(files: Files, paths: Paths): Flaps {
  const value = parseJson(files.read(paths.flapping) ?? "");
  if (!isRecord(value) || value["v"] !== 1 || !isRecord(value["sensors"])) return {};
  return Object.fromEntries(
    Object.entries(value["sensors"]).flatMap(([name, flap]) => (isFlap(flap) ? [[name, flap]] : [])),
  );
}

/** Replaces that, unless it would say the same again: an unchanged beat writes nothing. */
export function writeFlaps(files: Files, paths: Paths, flaps: Flaps): void {
  const text = `${JSON.stringify({ v: 1, sensors: flaps })}\n`;
  if (files.read(paths.flapping) !== text) files.jot(paths.flapping, text);
}

function isFlap(value: unknown): value is Flap {
  return (
    isRecord(value) &&
    typeof value["digest"] === "string" &&
    Number.isSafeInteger(value["streak"]) &&
    (value["wokeMs"] === undefined || typeof value["wokeMs"] === "number")
  );
}
