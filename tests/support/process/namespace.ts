/** Mount namespaces, for programs on full or read-only file systems. Linux, as root. */
import process from "node:process";
import { missing } from "../program/skip.ts";

/** Returns why a test that mounts something cannot run here, or undefined. */
export function noMounts(): string | undefined {
  if (process.getuid?.() !== 0) return "only root can mount";
  return missing("unshare", "mount");
}

/** Returns the command line that runs the shell text `mounts`, and then `argv`, in its own mount namespace. */
export function mounted(mounts: string, argv: readonly string[]): string[] {
  return ["unshare", "-m", "--propagation", "private", "sh", "-c", `${mounts} && exec "$@"`, "sh", ...argv];
}
