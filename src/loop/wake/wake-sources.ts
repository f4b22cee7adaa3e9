import { dirname, join } from "node:path";
import type { Env } from "../../core/env.ts";
import { expected } from "../../core/error.ts";
import { utf8 } from "../../core/text.ts";
import { watchedPaths } from "../../core/world/sensor.ts";
import type { Paths } from "../../store/paths.ts";
import type { Files } from "../../sys/sys.ts";

/** The dependencies of finding what wakes a pulse. */
export interface WakeDeps {
  readonly files: Files;
  readonly paths: Paths;
  readonly env: Env;
}

/** A file that a sensor wants to be woken by. */
export interface WatchedFile {
  readonly path: string;
  readonly sensor: string;
}

/** The files that wake a pulse, each with its identity, size and time. */
export interface WakeStamp {
  /** PLAYBOOK, goals, sensors and schedules: any difference wakes. */
  readonly policy: ReadonlyMap<string, string>;
  /** The open asks: a new one wakes, and one that was resolved. */
  readonly asks: ReadonlyMap<string, string>;
  /** Answers, pokes, `.next-interval`: only new ones wake, because the beat itself takes them away. */
  readonly requests: ReadonlyMap<string, string>;
  /** The files that sensors watch. */
  readonly watched: ReadonlyMap<string, string>;
}

/** Returns the present state of what wakes a pulse. */
export function wakeStamp({ files, paths }: WakeDeps, watched: readonly WatchedFile[]): WakeStamp {
  const stamps = (all: readonly string[]) =>
    new Map(all.flatMap((path) => (stampOf(files, path) === undefined ? [] : [[path, stampOf(files, path) ?? ""]])));
  const inside = (folder: string) =>
    files
      .list(folder)
      .filter(isOwnFile)
      .map((name) => join(folder, name));
  return {
    policy: stamps([paths.playbook, ...[paths.goals, paths.sensors, paths.schedules].flatMap(inside)]),
    asks: stamps(inside(paths.asks).filter((path) => path.endsWith(".json"))),
    requests: stamps([paths.nextInterval, paths.pokes, ...inside(paths.answers)]),
    watched: stamps(watched.map(({ path }) => path)),
  };
}

/** False for what editors put beside a file while they save it. */
function isOwnFile(name: string): boolean {
  return !name.startsWith(".") && !/(?:~|\.tmp|\.sw[a-z])$/.test(name);
}

function stampOf(files: Files, path: string): string | undefined {
  try {
    const stat = files.stat(path);
    return stat === undefined ? undefined : `${stat.identity} ${stat.sizeBytes} ${stat.mtimeMs}`;
  } catch (error) {
    expected(error);
    return undefined;
  }
}

/** Returns the paths that differ so that the pulse wakes. */
export function wokenBy(was: WakeStamp, now: WakeStamp): string[] {
  const fresh = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) =>
    [...after].filter(([path, stamp]) => before.get(path) !== stamp).map(([path]) => path);
  const gone = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) =>
    [...before.keys()].filter((path) => !after.has(path));
  return [
    ...fresh(was.requests, now.requests),
    ...fresh(was.asks, now.asks),
    ...gone(was.asks, now.asks),
    ...fresh(was.policy, now.policy),
    ...gone(was.policy, now.policy),
    ...fresh(was.watched, now.watched),
  ];
}

/**
 * Returns the state with which a rest compares after a beat that knew `before`. What that beat itself took away or, if it
 * `mayWrite`, wrote is no reason to wake. An edit during a beat that made a move cannot be told from the move's own, so it
 * waits for the next beat.
 */
export function knownAfter(before: WakeStamp, now: WakeStamp, mayWrite: boolean): WakeStamp {
  if (mayWrite) return { ...now, requests: before.requests };
  return { ...before, asks: new Map([...before.asks].filter(([path]) => now.asks.has(path))) };
}

/** The part of a script that is searched for directives, in bytes. */
const HEAD_BYTES = 4_096;

/** Returns the files that sensors watch. Ignores a path that is not absolute. */
export function watchedFiles({ env, files, paths }: WakeDeps): WatchedFile[] {
  const home = env["HOME"];
  return files.list(paths.sensors).flatMap((file) => {
    if (!isOwnFile(file)) return [];
    const sensor = file.endsWith(".sh") ? file.slice(0, -3) : file;
    return watchedPaths(utf8(headOf(files, join(paths.sensors, file)))).flatMap((written) => {
      const path = written.startsWith("~/") && home !== undefined ? join(home, written.slice(2)) : written;
      return path.startsWith("/") ? [{ path, sensor }] : [];
    });
  });
}

function headOf(files: Files, path: string): Uint8Array {
  try {
    return files.stat(path)?.kind === "file"
      ? (files.readPart(path, 0, HEAD_BYTES) ?? new Uint8Array())
      : new Uint8Array();
  } catch (error) {
    expected(error);
    return new Uint8Array();
  }
}

/** Returns the folders to watch. A watched file is seen by its folder, because editors replace files. */
export function wakeFolders({ paths }: WakeDeps, watched: readonly WatchedFile[]): string[] {
  const own = [paths.data, paths.goals, paths.sensors, paths.schedules, paths.asks, paths.answers];
  return [...new Set([...own, ...watched.flatMap(({ path }) => [path, dirname(path)])])];
}
