/** `frozen` in the data folder: while this file exists, nothing decides, starts or runs. `freeze --all` writes it. */
import { dirname } from "node:path";
import { utcSecond } from "../core/time.ts";
import type { Files } from "../sys/sys.ts";
import { commandPrefix, type Paths } from "./paths.ts";

/** True while everything is frozen. */
export function isFrozen(files: Files, paths: Pick<Paths, "frozen">): boolean {
  return files.stat(paths.frozen) !== undefined;
}

/** Freezes everything. Does nothing when it is frozen already. */
export function freezeAll(files: Files, paths: Pick<Paths, "frozen">, nowMs: number): void {
  files.makeDir(dirname(paths.frozen));
  files.create(paths.frozen, `${JSON.stringify({ v: 1, at: utcSecond(nowMs) })}\n`);
}

/** Ends the freeze of everything, if there is one. */
export function thawAll(files: Files, paths: Pick<Paths, "frozen">): void {
  files.remove(paths.frozen);
}

/** Returns the reason to show while everything is frozen, with the command that ends it. */
export function frozenReason(paths: Pick<Paths, "data" | "isDefault">): string {
  return `everything is frozen until \`${commandPrefix(paths)}looop thaw --all\``;
}
