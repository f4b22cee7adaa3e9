import { join } from "node:path";
import { EXIT, LooopError } from "../core/error.ts";
import { type Meta, OWNER } from "../core/session/record.ts";
import type { Session } from "../core/session/session.ts";
import { pathsOf, type SessionPaths, type SessionStore } from "../store/session/session-paths.ts";
import { archiveSession, readSession, writeMeta, writeStatus } from "../store/session/sessions.ts";
import { waitForLock } from "../store/wait-for-lock.ts";
import type { Clock, Lock, Locks, Sockets } from "../sys/sys.ts";
import { isListening } from "./probe.ts";

/** How long another start or prune may hold the sessions' lock, and how often to look, in milliseconds. */
const LOCK_LIMIT_MS = 5_000;
const LOCK_POLL_MS = 10;

export interface CreateSessionDeps {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly locks: Locks;
  readonly sockets: Sockets;
}

/** What a new session is. */
export interface SessionSpec {
  readonly id: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The looop that supervises it. */
  readonly version: string;
}

/**
 * Makes the folder and first record of a session of which this process is the supervisor. Of several at once exactly
 * one succeeds; the others are told (exit 5) who owns it. A finished session of that id is moved to `finished/`.
 */
export async function createSession(edge: CreateSessionDeps, spec: SessionSpec): Promise<SessionPaths> {
  const { store, clock } = edge;
  const paths = pathsOf(store, spec.id);
  const lock = await lockSessions(edge);
  try {
    const old = readSession(store, spec.id);
    if (old !== undefined) await makeWay(edge, old);
    store.files.makeDir(paths.folder);
    const now = new Date(clock.now()).toISOString();
    writeMeta(store, paths, metaOf(store, spec, now));
    writeStatus(store, paths, { state: "starting", child_pid: null, exit_code: null, last_change: now });
    return paths;
  } finally {
    lock.release();
  }
}

function metaOf({ processes }: SessionStore, { id, argv, cwd, version }: SessionSpec, now: string): Meta {
  const supervisor = processes.identify(processes.pid);
  return {
    id,
    cmd: [...argv],
    babysit_pid: processes.pid,
    started_at: now,
    owner: OWNER,
    cwd,
    version,
    ...(supervisor === undefined ? {} : { supervisor }),
  };
}

async function makeWay(edge: CreateSessionDeps, old: Session): Promise<void> {
  if (old.isAlive) throw taken(old, `it is ${old.standing}, supervised by process ${old.meta?.babysit_pid}`);
  if (await isListening(edge, old.id)) throw taken(old, "its record is damaged, but its supervisor answers");
  if (!old.isOurs && old.meta !== undefined) throw taken(old, "another program's finished session has that id");
  archiveSession(edge.store, old, edge.clock.now());
}

function taken({ id }: Session, state: string): LooopError {
  return new LooopError({
    message: `Cannot start session ${id}: ${state}`,
    hint: `Look at it with \`looop attach ${id}\`, end it with \`looop kill ${id}\`, or choose another id`,
    exit: EXIT.busy,
  });
}

/** The lock under which session folders appear, move and go. Throws (exit 5) when it stays taken. */
export async function lockSessions({ store, clock, locks }: Omit<CreateSessionDeps, "sockets">): Promise<Lock> {
  const path = join(store.sessions, "..", ".lock", "sessions");
  const patience = { limitMs: LOCK_LIMIT_MS, everyMs: LOCK_POLL_MS };
  const lock = await waitForLock({ files: store.files, clock, locks }, path, patience);
  if (lock !== undefined) return lock;
  throw new LooopError({
    message: "Cannot change the sessions: another looop has held their lock for too long",
    hint: "Look for a stopped looop process, and try again",
    exit: EXIT.busy,
  });
}
