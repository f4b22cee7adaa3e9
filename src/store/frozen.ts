import { dirname } from "node:path";
import { isRecord, parseJson } from "../core/json.ts";
import { utcSecond } from "../core/time.ts";
import type { Files } from "../sys/sys.ts";
import type { Paths } from "./paths.ts";

/** The big red button: while the file `frozen` is in the data folder nothing is decided, started or running. */

export function isFrozen(files: Files, paths: Pick<Paths, "frozen">): boolean {
  return files.stat(paths.frozen) !== undefined;
}

/** Presses it; false when it was pressed before. */
export function freezeAll(files: Files, paths: Pick<Paths, "frozen">, nowMs: number): boolean {
  files.makeDir(dirname(paths.frozen));
  return files.create(paths.frozen, `${JSON.stringify({ v: 1, at: utcSecond(nowMs) })}\n`);
}

/** Releases it; false when it was not pressed. */
export function thawAll(files: Files, paths: Pick<Paths, "frozen">): boolean {
  const was = isFrozen(files, paths);
  files.remove(paths.frozen);
  return was;
}

/** Since when, RFC 3339; undefined when that is not known: anybody may make the file. */
export function frozenSince(files: Files, paths: Pick<Paths, "frozen">): string | undefined {
  const value = parseJson(files.read(paths.frozen) ?? "");
  return isRecord(value) && typeof value["at"] === "string" ? value["at"] : undefined;
}
