import { join } from "node:path";
import * as v from "valibot";
import { isSame } from "../core/identity.ts";
import { parseJson } from "../core/json.ts";
import type { Files, Processes } from "../sys/sys.ts";
import { idOf, type Paths } from "./paths.ts";

/**
 * What calls that run now may still cost: `.reserves/<key>.json`, one file a call, so that each is written by its owner
 * only. It counts while the process that made it lives.
 */

const ReserveFile = v.object({
  v: v.literal(1),
  usd: v.pipe(v.number(), v.minValue(0)),
  process: v.object({ pid: v.number(), startedAt: v.string(), bootId: v.string() }),
});

/** Writes what `key` has set aside, in USD, in place of what it had before. */
export function writeReserve(files: Files, processes: Processes, paths: Paths, key: string, usd: number): void {
  const process = processes.identify(processes.pid);
  files.makeDir(paths.reserves);
  files.jot(placeOf(paths, key), `${JSON.stringify({ v: 1, usd, process })}\n`);
}

/** Gives it back. */
export function dropReserve(files: Files, paths: Paths, key: string): void {
  files.remove(placeOf(paths, key));
}

/** What all but `key` have set aside, in USD. What the dead left is removed; what cannot be read is no reserve of ours. */
export function reservedUsd(files: Files, processes: Processes, paths: Paths, key: string | undefined): number {
  let usd = 0;
  for (const name of files.list(paths.reserves)) {
    const of = idOf(name, ".json");
    if (of === undefined || of === key) continue;
    const parsed = v.safeParse(ReserveFile, parseJson(files.read(join(paths.reserves, name)) ?? ""));
    const owner = parsed.success ? parsed.output.process : undefined;
    const now = owner === undefined ? undefined : processes.identify(owner.pid);
    if (parsed.success && owner !== undefined && now !== undefined && isSame(now, owner)) usd += parsed.output.usd;
    else files.remove(join(paths.reserves, name));
  }
  return usd;
}

function placeOf(paths: Paths, key: string): string {
  return join(paths.reserves, `${key}.json`);
}
