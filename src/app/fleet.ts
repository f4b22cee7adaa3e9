import type { Holder } from "../core/claim.ts";
import type { Config } from "../core/config.ts";
import { LooopError } from "../core/error.ts";
import { SESSION_PREFIX } from "../core/names.ts";
import { type Fleet, isFinished, keyOf, type Session, statusWords, type Worker } from "../core/session.ts";
import { plain } from "../core/text.ts";
import { isFrozen } from "../store/frozen.ts";
import { readText } from "../store/note.ts";
import type { Paths } from "../store/paths.ts";
import { pathsOf, type SessionStore } from "../store/session-paths.ts";
import { readSession } from "../store/sessions.ts";
import { addShown, readShown } from "../store/shown.ts";
import { prune, pruneFinished } from "../supervise/reap.ts";
import { askerOf, openMailbox, settleTyped } from "./mailbox.ts";
import type { App } from "./open.ts";
import { ourWorkers } from "./our-workers.ts";
import { openClaimEdge } from "./sessions.ts";

/** How much of a finished worker's transcript is read, in bytes, and how many lines of it are shown. */
const TAIL_BYTES = 8_192;
const TAIL_LINES = 12;

/** The fleet for the loop, which also removes what is old. */
export async function openFleet(app: App, config: () => Promise<Config>): Promise<Fleet> {
  const edge = await openClaimEdge(app);
  const { files, clock } = app;
  const paths = app.paths();
  const mailbox = await openMailbox(app);
  const tidy = async () => {
    settleTyped(app, mailbox);
    const minAgeMs = (await sessionTtl(config)) * 1_000;
    const rules = { shown: readShown(files, paths), minAgeMs, nowMs: clock.now() };
    await prune(edge, rules);
    pruneFinished(edge, minAgeMs, clock.now());
  };
  const keepFrozen = async () => {
    const mayBe = isFrozen(files, paths) || ourWorkers(edge.store).some(({ standing }) => standing === "dead");
    if (!mayBe) return [];
    const { endFrozenOrphans, stopAll } = await import("./freezing.ts");
    const orphans = await endFrozenOrphans(edge);
    const stopped = isFrozen(files, paths) ? await stopAll(app) : [];
    return [...orphans.map((id) => `ended what ${id} left behind`), ...stopped.map((id) => `froze ${id}`)];
  };
  return { ...fleetOf(edge.store, paths), tidy, keepFrozen };
}

/** The retention in seconds; a config that is broken for now must not delete anything sooner. */
async function sessionTtl(config: () => Promise<Config>): Promise<number> {
  try {
    return (await config()).session_ttl;
  } catch (error) {
    if (!(error instanceof LooopError)) throw error;
    return Number.POSITIVE_INFINITY;
  }
}

/** Our sessions without the pulse's own. */
export function fleetOf(store: SessionStore, paths: Paths): Omit<Fleet, "tidy" | "keepFrozen"> {
  const { files } = store;
  return {
    workers: () => {
      const shown = readShown(files, paths);
      return ourWorkers(store)
        .filter((session) => !(isFinished(session) && shown.has(keyOf(session))))
        .map((session) => workerOf(store, session));
    },
    flagged: () => ourWorkers(store).flatMap((session) => (session.note ? [workerOf(store, session)] : [])),
    holder: (id) => holderOf(store, id),
    asker: (id) => askerOf(store, id),
    markShown: (workers) => {
      const keys = workers.filter((worker) => worker.finished).map((worker) => worker.key);
      if (keys.length > 0) addShown(files, paths, keys, new Set(ourWorkers(store).map(keyOf)));
    },
  };
}

function workerOf(store: SessionStore, session: Session): Worker {
  const finished = isFinished(session);
  return {
    id: session.id.slice(SESSION_PREFIX.length),
    key: keyOf(session),
    state: session.standing,
    alive: session.isAlive,
    finished,
    exitCode: session.status?.exit_code ?? undefined,
    endedBy: session.status?.ended_by,
    note: session.note || undefined,
    flaggedAtMs: store.files.stat(pathsOf(store, session.id).note)?.mtimeMs,
    status: statusWords(session),
    tail: finished ? tailOf(store, session.id) : "",
  };
}

function tailOf(store: SessionStore, id: string): string {
  const text = readText(store.files, pathsOf(store, id).log, TAIL_BYTES, -TAIL_BYTES) ?? "";
  const lines = plain(text)
    .split("\n")
    .map((line) => line.trimEnd());
  return lines
    .filter((line) => line !== "")
    .slice(-TAIL_LINES)
    .join("\n");
}

/** A readable record of an end proves that a holder is gone; so does a folder that is not there. */
export function holderOf(store: SessionStore, id: string): Holder {
  const session = readSession(store, id);
  if (session === undefined) return "gone";
  if (session.standing === "unknown") return "unknown";
  return session.isAlive ? "alive" : "gone";
}
