/** `.flapping.json`: how often each sensor's reading changed lately. The loop writes it and ignores sensors that flap. */
import { isRecord, parseJson } from "../../core/json.ts";
import type { Flap, Flaps } from "../../core/world/flapping.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/** Reads the record. A damaged entry starts over, which can only wake the decider once too often. */
export function readFlaps(files: Files, paths: Paths): Flaps {
  const value = parseJson(files.read(paths.flapping) ?? "");
  if (!isRecord(value) || value["v"] !== 1 || !isRecord(value["sensors"])) return {};
  return Object.fromEntries(
    Object.entries(value["sensors"]).flatMap(([name, flap]) => (isFlap(flap) ? [[name, flap]] : [])),
  );
}

/** Writes the record when it differs, so that an unchanged beat writes nothing. */
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
