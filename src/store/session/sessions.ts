import { join } from "node:path";
import { isSame } from "../../core/process-identity.ts";
import { type Meta, OWNER, parseMeta, parseStatus, type Status } from "../../core/session/record.ts";
import { type Session, sessionState } from "../../core/session/session.ts";
import type { Files } from "../../sys/sys.ts";
import { readTextPart } from "../read-text.ts";
import { findSessionId, noSuchSession } from "./find-session.ts";
import { readNote } from "./note.ts";
import { pathsOf, type SessionPaths, type SessionStore } from "./session-paths.ts";

/** Longest record read, in bytes: a command line has 2 MB at most, and JSON may write a byte as six. */
const RECORD_BYTES = 12_582_912;

/** A session as its files and its owner's process tell; undefined when there is no such folder. Never throws for what they hold. */
export function readSession(store: SessionStore, id: string): Session | undefined {
  const paths = pathsOf(store, id);
  const record = readTextPart(store.files, paths.meta, RECORD_BYTES);
  if (record === undefined && store.files.stat(paths.folder)?.kind !== "folder") return undefined;
  const meta = parseMeta(record ?? "");
  const status = parseStatus(readTextPart(store.files, paths.status, RECORD_BYTES) ?? "");
  const isOver = status?.state === "exited" || status?.state === "killed";
  const ownerLives = !isOver && meta !== undefined && ownerIsAlive(store, meta);
  const standing = sessionState(meta, status, ownerLives);
  return {
    id,
    standing,
    isAlive: standing === "starting" || standing === "running",
    isOurs: meta?.owner === OWNER,
    isFrozen: ownerLives && store.files.stat(paths.frozen) !== undefined,
    meta,
    status,
    note: readNote(store, id),
  };
}

/** The session that a person means by `typed`; see {@linkcode findSessionId}. */
export function findSession(store: SessionStore, typed: string): Session {
  const id = findSessionId(store, typed);
  const session = readSession(store, id);
  if (session !== undefined) return session;
  throw noSuchSession(store, id);
}

/** Every session, ours or not, in the order of their ids. */
export function listSessions(store: SessionStore): Session[] {
  return store.files.list(store.sessions).flatMap((id) => readSession(store, id) ?? []);
}

/**
 * Whether the process that owns a session lives. Ours say when it started and in which boot, so another process that
 * got its number is told apart. Of others only the number is known; see {@linkcode needsProbe}.
 */
function ownerIsAlive(store: SessionStore, meta: Meta): boolean {
  const now = store.processes.identify(meta.babysit_pid);
  if (now === undefined) return false;
  return meta.supervisor === undefined || isSame(now, meta.supervisor);
}

/** Whether only a connection can tell that a session lives: its owner's number may be someone else's by now, or lost. */
export function needsProbe({ isAlive, standing, meta }: Session): boolean {
  return standing === "unknown" || (isAlive && meta?.supervisor === undefined);
}

/** A session's own record, written by its supervisor only. */
export function writeMeta({ files }: SessionStore, paths: SessionPaths, meta: Meta): void {
  files.write(paths.meta, `${JSON.stringify(meta, null, 2)}\n`);
}

/**
 * Its end is on the disk when this returns. What comes before is not waited for: a power cut that loses it ends the
 * session too, and each wait for a busy disk is one for the program's start.
 */
export function writeStatus({ files }: SessionStore, paths: SessionPaths, status: Status): void {
  const text = `${JSON.stringify(status, null, 2)}\n`;
  if (status.state === "exited" || status.state === "killed") files.write(paths.status, text);
  else files.jot(paths.status, text);
}

/** Moves a finished session's folder out of the way and returns where to. The caller holds the sessions' lock. */
export function archiveSession(store: SessionStore, session: Session, nowMs: number): string {
  store.files.makeDir(store.finished);
  const started = session.meta?.started_at ?? new Date(nowMs).toISOString();
  const to = freeName(store.files, join(store.finished, `${session.id}.${started.replaceAll(":", "-")}`));
  const { folder, primarySocket: nearSocket } = pathsOf(store, session.id);
  // Nobody answers on it any more: its supervisor is gone.
  store.files.remove(nearSocket);
  store.files.rename(folder, to);
  return to;
}

function freeName(files: Files, path: string): string {
  if (files.stat(path) === undefined) return path;
  for (let number = 2; ; number++) if (files.stat(`${path}.${number}`) === undefined) return `${path}.${number}`;
}
