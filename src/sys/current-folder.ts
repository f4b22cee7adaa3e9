import process from "node:process";
import { errnoCode } from "./errno.ts";

let isGone = false;

/**
 * Returns the current folder; undefined when it was deleted, as a worktree is under its worker. Then this process moves to
 * `/`, where the programs that it starts can begin.
 */
export function currentFolder(): string | undefined {
  if (isGone) return undefined;
  try {
    return process.cwd();
  } catch (error) {
    if (!["ENOENT", "NotFound"].includes(errnoCode(error) ?? (error as Error).name)) throw error;
    process.chdir("/");
    isGone = true;
    return undefined;
  }
}
