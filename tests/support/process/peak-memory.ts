import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Profile } from "../program/profile.ts";
import { PROGRAM } from "../program/program.ts";
import { run } from "../program/run.ts";

/** time(1), from the package `time`. */
export const TIME = "time";

/** Runs the program and returns its peak memory in megabytes, as the kernel counts it. Needs {@linkcode TIME}. */
export function peakOf(me: Profile, args: readonly string[]): { readonly stdout: string; readonly peakMb: number } {
  const file = join(me.temp, "peak");
  const argv = ["/usr/bin/time", "-f", "%M", "-o", file, ...PROGRAM, ...args];
  const { exit, stdout, stderr } = run(argv, { env: me.env, cwd: me.home });
  if (exit !== 0) throw new Error(`looop ${args.join(" ")} ended with ${exit}: ${stderr}`);
  return { stdout, peakMb: Number(readFileSync(file, "utf8").trim().split("\n").at(-1)) / 1_000 };
}
