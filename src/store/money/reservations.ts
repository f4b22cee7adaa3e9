import { join } from "node:path";
import * as v from "valibot";
import { parseJson } from "../../core/json.ts";
import type { Metered } from "../../core/money/call.ts";
import { isSame } from "../../core/process-identity.ts";
import type { Files, Processes } from "../../sys/sys.ts";
import { idOf, type Paths } from "../paths.ts";

/**
 * The reservations of calls under way: `.reserves/<key>.json`, one file a call, so that only its owner writes it. The file
 * of a dead owner stays until its call is in the ledger.
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
  /** The size of the ledger at its beginning, in bytes. */
  readonly from: number;
  /** Its spend so far, in USD. */
  readonly usd: number;
}

export interface ReservationFile {
  /** The amount reserved, in USD. */
  readonly usd: number;
  /** Undefined before the call begins. */
  readonly call: BegunCall | undefined;
}

/** Writes the reservation of `key`, in place of an earlier one. */
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

export function dropReservation(files: Files, paths: Paths, key: string): void {
  files.remove(placeOf(paths, key));
}

/** Returns the sum of all reservations but that of `key`, in USD. A dead owner's counts when its call had begun. */
export function reservedUsd(files: Files, processes: Processes, paths: Paths, key: string | undefined): number {
  let sum = 0;
  for (const it of readReservations(files, processes, paths)) {
    if (it.isLive ? it.key !== key : it.call !== undefined) sum += it.usd;
  }
  return sum;
}

/** Returns the reservations of dead processes, and those that cannot be read. */
export function deadReservations(files: Files, processes: Processes, paths: Paths): Kept[] {
  return readReservations(files, processes, paths).filter(({ isLive }) => !isLive);
}

interface Kept extends ReservationFile {
  readonly key: string;
  readonly isLive: boolean;
}

function readReservations(files: Files, processes: Processes, paths: Paths): Kept[] {
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
