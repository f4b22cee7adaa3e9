import { join } from "node:path";
import type { InboxItem } from "../../core/inbox/item.ts";
import { type Category, changedBetween, type Stamps, type Wanted } from "../../core/world/stamps.ts";
import { wakeSignal } from "../../core/world/world.ts";
import { WorldStore } from "../../store/beat/world-store.ts";
import { idOf } from "../../store/paths.ts";
import { readGoals } from "../../store/policy/goals.ts";
import { livePulse } from "../../store/pulse-state.ts";
import type { SessionStore } from "../../store/session/session-paths.ts";
import { readSession } from "../../store/session/sessions.ts";
import type { Sha256 } from "../../sys/sys.ts";
import { readInbox } from "../inbox/inbox.ts";
import type { App } from "../open.ts";
import { openSessions } from "../session/open-sessions.ts";

/** The time between two polls, in case a file notification was lost, in milliseconds. */
const POLL_MS = 2_000;

/** The time between a notification and the look, in milliseconds: a beat writes many files at once. */
const DEBOUNCE_MS = 20;

export interface WaitOptions {
  readonly wanted: Wanted;
  /** The stamps that the caller saw last; without them, the present state. */
  readonly since: Stamps | undefined;
  readonly timeoutMs: number | undefined;
}

export interface WaitResult {
  readonly why: "changed" | "timeout" | "pulse-down";
  readonly changed: readonly (Category | "pulse-down")[];
  readonly stamps: Stamps;
}

/**
 * Waits for a change, an open ask, the end of the pulse or the timeout, whichever is first. Only reads. File
 * notifications wake it; it also polls, because notifications get lost.
 */
export async function waitForChange(app: App, { wanted, since, timeoutMs }: WaitOptions): Promise<WaitResult> {
  const { clock } = app;
  const paths = app.paths();
  const deps = { app, store: await openSessions(app), sha256: await app.sha256() };
  const endMs = timeoutMs === undefined ? Number.POSITIVE_INFINITY : clock.monotonic() + timeoutMs;
  const watch = await app.watchFolder();
  let wake = new AbortController();
  const folders = [paths.data, paths.goals, paths.readings, paths.asks, paths.answers];
  // Watches before the first look, so that no change between the two is lost.
  const watchers = folders.map((folder) => watch(folder, () => wake.abort()));
  try {
    let lastStats: string | undefined;
    let stamps: Stamps | undefined;
    let baseline = since;
    for (;;) {
      wake = new AbortController();
      const stats = statsOf(deps);
      if (stamps === undefined || lastStats !== stats) stamps = await stampsOf(deps);
      lastStats = stats;
      baseline ??= stamps;
      const result = resultOf(app, { was: baseline, now: stamps, wanted, isFirst: since === undefined });
      if (result !== undefined) return result;
      const leftMs = endMs - clock.monotonic();
      if (leftMs <= 0) return { why: "timeout", changed: [], stamps };
      await clock.sleep(Math.min(POLL_MS, leftMs), wake.signal);
      if (wake.signal.aborted) await clock.sleep(DEBOUNCE_MS);
    }
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}

interface Compared {
  readonly was: Stamps;
  readonly now: Stamps;
  readonly wanted: Wanted;
  /** True when the caller has seen nothing yet. */
  readonly isFirst: boolean;
}

/**
 * Returns the reason to wake, or undefined. An open ask comes first, because it waits for a person even without a pulse;
 * a caller that names a stamp has seen the asks of that time.
 */
function resultOf(app: App, { was, now: stamps, wanted, isFirst }: Compared): WaitResult | undefined {
  if (isFirst && hasOpenAsk(app)) return { why: "changed", changed: ["asks"], stamps };
  const changed = changedBetween(shortened(was), shortened(stamps), wanted);
  if (changed.length > 0) return { why: "changed", changed, stamps };
  const isUp = livePulse(app.files, app.processes, app.paths()) !== undefined;
  return isUp ? undefined : { why: "pulse-down", changed: ["pulse-down"], stamps };
}

interface WaitDeps {
  readonly app: App;
  readonly store: SessionStore;
  readonly sha256: Sha256;
}

/** Cuts stamps to 12 characters: those that a script hands back are shorter than the digest. */
function shortened(stamps: Stamps): Stamps {
  const entries = Object.entries(stamps).map(([category, digest]) => [category, digest?.slice(0, 12)]);
  return Object.fromEntries(entries) as Stamps;
}

/** True when an ask has no answer. Compares file names only. */
function hasOpenAsk({ files, paths }: App): boolean {
  const { asks, answers } = paths();
  const ids = files.list(asks).filter((name) => idOf(name, ".json") !== undefined);
  if (ids.length === 0) return false;
  const answered = new Set(files.list(answers));
  return ids.some((name) => !answered.has(name));
}

/** Returns the sizes and times of all files concerned: cheap, so the files are read only when these differ. */
function statsOf({ app, store }: WaitDeps): string {
  const { files } = app;
  const paths = app.paths();
  const stat = (path: string) => {
    const it = files.stat(path);
    return it === undefined ? "-" : `${it.identity} ${it.mtimeMs} ${it.sizeBytes}`;
  };
  const inside = (folder: string) => files.list(folder).map((name) => `${name} ${stat(join(folder, name))}`);
  return [
    ...[paths.playbook, paths.journal, paths.lastFailure, paths.pulse, paths.moneyHold, paths.frozen].map(stat),
    ...[paths.goals, paths.readings].flatMap(inside),
    ...files.list(paths.asks),
    ...files.list(paths.answers),
    ...files
      .list(store.sessions)
      .flatMap((id) => ["note", "waiting.json"].map((name) => `${id} ${stat(join(store.sessions, id, name))}`)),
  ].join("\n");
}

/** True for an item that no other category shows. The end of the pulse is told by itself. */
function hasNoCategory({ kind }: InboxItem): boolean {
  return kind !== "ask" && kind !== "pulse" && kind !== "sensor";
}

async function stampsOf({ app, store, sha256 }: WaitDeps): Promise<Stamps> {
  const { files } = app;
  const paths = app.paths();
  const journal = files.stat(paths.journal);
  const answered = new Set(files.list(paths.answers));
  const all = (parts: readonly (string | Uint8Array)[]) => sha256(parts.map((part) => sha256(part)).join("\n"));
  const readings = new WorldStore(files, paths).readings();
  return {
    asks: all(files.list(paths.asks).filter((name) => idOf(name, ".json") !== undefined && !answered.has(name))),
    flags: all(files.list(store.sessions).map((id) => `${id} ${readSession(store, id)?.note ?? ""}`)),
    journal: all([`${journal?.identity} ${journal?.sizeBytes} ${journal?.mtimeMs}`]),
    playbook: all([files.readBytes(paths.playbook) ?? ""]),
    goals: all(readGoals(files, paths).flatMap(({ id, bytes }) => [id, bytes])),
    readings: all(readings.flatMap(({ id, bytes }) => [id, wakeSignal(bytes)])),
    inbox: all((await readInbox(app, { flagged: () => [] })).filter(hasNoCategory).map(({ id }) => id)),
  };
}
