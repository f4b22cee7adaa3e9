/** Programs that see other file systems than we do: full, read-only, or without programs. Linux, as root. */
import process from "node:process";
import { missing } from "../program/skip.ts";

/** Why a test that mounts something cannot run here. */
export function noMounts(): string | undefined {
  if (process.getuid?.() !== 0) return "only root can mount";
  return missing("unshare", "mount");
}

/** The words that run `argv` where `mounts` (shell text) was done before, for it alone. */
export function mounted(mounts: string, argv: readonly string[]): string[] {
  return ["unshare", "-m", "--propagation", "private", "sh", "-c", `${mounts} && exec "$@"`, "sh", ...argv];
}
