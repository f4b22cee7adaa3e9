import { join } from "node:path";
import { EXIT, LooopError } from "../core/error.ts";
import { type Meta, OWNER } from "../core/session/record.ts";
import type { Session } from "../core/session/session.ts";
import { pathsOf, type SessionPaths, type SessionStore } from "../store/session/session-paths.ts";
import { archiveSession, readSession, writeMeta, writeStatus } from "../store/session/sessions.ts";
import { waitForLock } from "../store/wait-for-lock.ts";
import type { Lock, Locks } from "../sys/sys.ts";
import { isListening } from "./probe.ts";
import type { TimeLimits } from "./time-limits.ts";
import type { ClientDeps } from "./wire/client.ts";

/** The most time to wait for the lock of the sessions, and the time between tries, in milliseconds. */
const LOCK_LIMIT_MS = 5_000;
const LOCK_POLL_MS = 10;

export interface CreateSessionDeps extends ClientDeps {
  readonly locks: Locks;
}

/** The session to create. */
export interface SessionSpec extends TimeLimits {
  readonly id: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Variables that the program gets on top of its environment. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** The version of looop that supervises it. */
  readonly version: string;
}

/**
 * Creates the folder and first record of a session that this process supervises. Of several concurrent calls exactly
 * one succeeds; the others throw (exit 5) and name the owner. A finished session with that id is moved to `finished/`.
 */
export async function createSession(deps: CreateSessionDeps, spec: SessionSpec): Promise<SessionPaths> {
  const { store, clock } = deps;
  const paths = pathsOf(store, spec.id);
  using _lock = await lockSessions(deps);
  const old = readSession(store, spec.id);
  if (old !== undefined) await archiveFinished(deps, old);
  store.files.makeDir(paths.folder);
  const now = new Date(clock.now()).toISOString();
  writeMeta(store, paths, metaOf(store, spec, now));
  writeStatus(store, paths, { state: "starting", child_pid: null, exit_code: null, last_change: now });
  return paths;
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

/** Throws (exit 5) unless the old session has certainly finished and is ours. */
async function archiveFinished(deps: CreateSessionDeps, old: Session): Promise<void> {
  if (old.isAlive) throw idInUse(old, `it is ${old.state}, supervised by process ${old.meta?.babysit_pid}`);
  if (await isListening(deps, old.id)) throw idInUse(old, "its record is damaged, but its supervisor answers");
  if (!old.isOurs && old.meta !== undefined) throw idInUse(old, "another program's finished session has that id");
  archiveSession(deps.store, old, deps.clock.now());
}

function idInUse({ id }: Session, state: string): LooopError {
  return new LooopError({
    message: `Cannot start session ${id}: ${state}`,
    hint: `Look at it with \`looop attach ${id}\`, end it with \`looop kill ${id}\`, or choose another id`,
    exit: EXIT.busy,
  });
}

/** Takes the lock for creating, moving and removing session folders. Throws (exit 5) when another process keeps it. */
export async function lockSessions({ store, clock, locks }: Omit<CreateSessionDeps, "sockets">): Promise<Lock> {
  const path = join(store.sessions, "..", ".lock", "sessions");
  const patience = { limitMs: LOCK_LIMIT_MS, everyMs: LOCK_POLL_MS };
  const lock = await waitForLock({ files: store.files, clock, locks }, path, patience);
  if (lock !== undefined) return lock;
  throw new LooopError({
    message: "Cannot change the sessions: their lock is held by another looop process",
    hint: "Look for a stopped looop process with `ps`, end it, and try again",
    exit: EXIT.busy,
  });
}
