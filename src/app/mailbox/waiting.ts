import { join } from "node:path";
import { type Category, changedBetween, type Stamps, type Wanted } from "../../core/world/changed.ts";
import { wakeSignal } from "../../core/world/world.ts";
import { Snapshots } from "../../store/beat/snapshots.ts";
import { idOf } from "../../store/paths.ts";
import { readGoals } from "../../store/policy/goals.ts";
import { livePulse } from "../../store/pulse-state.ts";
import { readNote } from "../../store/session/note.ts";
import type { SessionStore } from "../../store/session/session-paths.ts";
import type { Sha256 } from "../../sys/sys.ts";
import type { App } from "../open.ts";
import { openSessions } from "../session/open-sessions.ts";

/** How often to look when nothing is told, in milliseconds. */
const LOOK_MS = 2_000;

/** How long notices are gathered before the next look, in milliseconds: a beat writes many files at once. */
const GATHER_MS = 20;

export interface Waiting {
  readonly wanted: Wanted;
  /** What was known when the caller looked last; without it, what is there now. */
  readonly since: Stamps | undefined;
  readonly timeoutMs: number | undefined;
}

export interface Woken {
  readonly why: "changed" | "timeout" | "pulse-down";
  readonly changed: readonly (Category | "pulse-down")[];
  readonly stamps: Stamps;
}

/**
 * Waits until something changes, until somebody is to be asked, until the pulse is gone, or until the time is over. A
 * pure read, woken by the kernel's notices of the data folder and its parts, and looking from time to time besides.
 */
export async function waitForChange(app: App, { wanted, since, timeoutMs }: Waiting): Promise<Woken> {
  const { clock } = app;
  const paths = app.paths();
  const eyes = { app, store: await openSessions(app), sha256: await app.sha256() };
  const endMs = timeoutMs === undefined ? Number.POSITIVE_INFINITY : clock.monotonic() + timeoutMs;
  const watch = await app.watchFolder();
  let bell = new AbortController();
  const folders = [paths.data, paths.goals, paths.snapshots, paths.asks, paths.answers];
  // Before the first look: what changes from here on rings.
  const watchers = folders.map((folder) => watch(folder, () => bell.abort()));
  try {
    let glance: string | undefined;
    let stamps: Stamps | undefined;
    let baseline = since;
    for (;;) {
      bell = new AbortController();
      const now = glanceOf(eyes);
      if (stamps === undefined || glance !== now) stamps = stampsOf(eyes);
      glance = now;
      baseline ??= stamps;
      const woken = wokenBy(app, baseline, stamps, wanted);
      if (woken !== undefined) return woken;
      const leftMs = endMs - clock.monotonic();
      if (leftMs <= 0) return { why: "timeout", changed: [], stamps };
      await clock.sleep(Math.min(LOOK_MS, leftMs), bell.signal);
      if (bell.signal.aborted) await clock.sleep(GATHER_MS);
    }
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}

/** Why to wake, or undefined. A question comes first: it waits for a person, whether the pulse runs or not. */
function wokenBy(app: App, was: Stamps, stamps: Stamps, wanted: Wanted): Woken | undefined {
  if (isAsked(app)) return { why: "changed", changed: ["asks"], stamps };
  const changed = changedBetween(shortened(was), shortened(stamps), wanted);
  if (changed.length > 0) return { why: "changed", changed, stamps };
  const isUp = livePulse(app.files, app.processes, app.paths()) !== undefined;
  return isUp ? undefined : { why: "pulse-down", changed: ["pulse-down"], stamps };
}

interface Eyes {
  readonly app: App;
  readonly store: SessionStore;
  readonly sha256: Sha256;
}

/** A stamp handed back by a script is shorter than the digest. */
function shortened(stamps: Stamps): Stamps {
  const entries = Object.entries(stamps).map(([category, digest]) => [category, digest.slice(0, 12)]);
  return Object.fromEntries(entries) as Stamps;
}

/** Whether a question waits for the person. The names tell: a file with a question and none with its answer. */
function isAsked({ files, paths }: App): boolean {
  const { asks, answers } = paths();
  const ids = files.list(asks).filter((name) => idOf(name, ".json") !== undefined);
  if (ids.length === 0) return false;
  const answered = new Set(files.list(answers));
  return ids.some((name) => !answered.has(name));
}

/** Cheap: sizes and times. Only when they differ the files themselves are read. */
function glanceOf({ app, store }: Eyes): string {
  const { files } = app;
  const paths = app.paths();
  const stat = (path: string) => {
    const it = files.stat(path);
    return it === undefined ? "-" : `${it.identity} ${it.mtimeMs} ${it.sizeBytes}`;
  };
  const inside = (folder: string) => files.list(folder).map((name) => `${name} ${stat(join(folder, name))}`);
  return [
    ...[paths.playbook, paths.journal].map(stat),
    ...[paths.goals, paths.snapshots].flatMap(inside),
    ...files.list(paths.asks),
    ...files.list(paths.answers),
    ...files.list(store.sessions).map((id) => `${id} ${stat(join(store.sessions, id, "note"))}`),
  ].join("\n");
}

function stampsOf({ app, store, sha256 }: Eyes): Stamps {
  const { files } = app;
  const paths = app.paths();
  const journal = files.stat(paths.journal);
  const answered = new Set(files.list(paths.answers));
  const all = (parts: readonly (string | Uint8Array)[]) => sha256(parts.map((part) => sha256(part)).join("\n"));
  const readings = new Snapshots(files, paths).readings();
  return {
    asks: all(files.list(paths.asks).filter((name) => idOf(name, ".json") !== undefined && !answered.has(name))),
    flags: all(files.list(store.sessions).map((id) => `${id} ${readNote(store, id) ?? ""}`)),
    journal: all([`${journal?.identity} ${journal?.sizeBytes} ${journal?.mtimeMs}`]),
    playbook: all([files.readBytes(paths.playbook) ?? ""]),
    goals: all(readGoals(files, paths).flatMap(({ id, bytes }) => [id, bytes])),
    readings: all(readings.flatMap(({ id, bytes }) => [id, wakeSignal(bytes)])),
  };
}
