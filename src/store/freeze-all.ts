import { dirname } from "node:path";
import { utcSecond } from "../core/time.ts";
import type { Files } from "../sys/sys.ts";
import { commandPrefix, type Paths } from "./paths.ts";

/** The big red button: while the file `frozen` is in the data folder nothing is decided, started or running. */
export function isFrozen(files: Files, paths: Pick<Paths, "frozen">): boolean {
  return files.stat(paths.frozen) !== undefined;
}

/** Presses it; that it is pressed already is fine. */
export function freezeAll(files: Files, paths: Pick<Paths, "frozen">, nowMs: number): void {
  files.makeDir(dirname(paths.frozen));
  files.create(paths.frozen, `${JSON.stringify({ v: 1, at: utcSecond(nowMs) })}\n`);
}

/** Releases it; that it is not pressed is fine. */
export function thawAll(files: Files, paths: Pick<Paths, "frozen">): void {
  files.remove(paths.frozen);
}

/** Why nothing goes on while it is pressed, and what to type. */
export function frozenReason(paths: Pick<Paths, "data" | "isDefault">): string {
  return `everything is frozen until \`${commandPrefix(paths)}looop thaw --all\``;
}
