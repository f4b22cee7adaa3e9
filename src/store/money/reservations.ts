import { join } from "node:path";
import * as v from "valibot";
import { parseJson } from "../../core/json.ts";
import type { Metered } from "../../core/money/call.ts";
import { isSame } from "../../core/process-identity.ts";
import type { Files, Processes } from "../../sys/sys.ts";
import { idOf, type Paths } from "../paths.ts";

/**
 * What calls that run now may still cost: `.reserves/<key>.json`, one file a call, so that each is written by its owner
 * only. What a dead owner left stays until its call is booked.
 */

const usd = v.pipe(v.number(), v.minValue(0));

const ReserveFile = v.object({
  v: v.literal(1),
  usd,
  process: v.object({ pid: v.number(), startedAt: v.string(), bootId: v.string() }),
  call: v.optional(v.object({ kind: v.string(), id: v.string(), runner: v.string(), from: usd, usd })),
});

/** A call that has begun. */
export interface BegunCall extends Metered {
  /** Where the ledger ended then, in bytes. */
  readonly from: number;
  /** What was heard of its cost so far, in USD; 0 for nothing yet. */
  readonly usd: number;
}

export interface ReservationFile {
  /** What is set aside, in USD. */
  readonly usd: number;
  /** Undefined before there is one. */
  readonly call: BegunCall | undefined;
}

/** Writes what `key` has set aside in place of what it had before. */
export function writeReservation(
  files: Files,
  processes: Processes,
  paths: Paths,
  key: string,
  reserve: ReservationFile,
): void {
  const process = processes.identify(processes.pid);
  files.makeDir(paths.reservations);
  files.jot(placeOf(paths, key), `${JSON.stringify({ v: 1, ...reserve, process })}\n`);
}

/** Gives it back. */
export function dropReservation(files: Files, paths: Paths, key: string): void {
  files.remove(placeOf(paths, key));
}

/** What all but `key` have set aside, in USD: the living, and the dead whose call is not booked yet. */
export function reservedUsd(files: Files, processes: Processes, paths: Paths, key: string | undefined): number {
  let sum = 0;
  for (const reserve of reserves(files, processes, paths)) {
    if (reserve.isLive ? reserve.key !== key : reserve.call !== undefined) sum += reserve.usd;
  }
  return sum;
}

/** What dead processes left, and what cannot be read, which is no reserve of ours. */
export function deadReservations(files: Files, processes: Processes, paths: Paths): Kept[] {
  return reserves(files, processes, paths).filter(({ isLive }) => !isLive);
}

interface Kept extends ReservationFile {
  readonly key: string;
  readonly isLive: boolean;
}

function reserves(files: Files, processes: Processes, paths: Paths): Kept[] {
  return files.list(paths.reservations).flatMap((name) => {
    const key = idOf(name, ".json");
    const text = key === undefined ? undefined : files.read(join(paths.reservations, name));
    if (key === undefined || text === undefined) return [];
    const parsed = v.safeParse(ReserveFile, parseJson(text));
    if (!parsed.success) return [{ key, usd: 0, call: undefined, isLive: false }];
    const { process, usd, call } = parsed.output;
    const now = processes.identify(process.pid);
    return [{ key, usd, call, isLive: now !== undefined && isSame(now, process) }];
  });
}

function placeOf(paths: Paths, key: string): string {
  return join(paths.reservations, `${key}.json`);
}
