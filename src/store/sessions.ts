import { join } from "node:path";
import { type Meta, OWNER, parseMeta, parseStatus, type Status } from "../core/record.ts";
import { type Session, standingOf } from "../core/session.ts";
import type { Files, Proc, ProcessIdentity } from "../sys/sys.ts";
import { type SessionPaths, sessionPaths } from "./session-paths.ts";

/** One folder per session: meta, status, note. */
export interface SessionStore {
  readonly files: Files;
  readonly proc: Proc;
  /** The folder of all sessions; its parent is the data folder. */
  readonly sessions: string;
  /** Where finished sessions go when their id is used again. */
  readonly finished: string;
  /** Where the short socket paths are; see {@linkcode socketFolder}. */
  readonly sockets: string;
}

/** Longest record or note read, in bytes. A note of a megabyte is somebody's mistake; its beginning will do. */
const TEXT_BYTES = 65_536;

export function pathsOf(store: SessionStore, id: string): SessionPaths {
  return sessionPaths(store.sessions, store.sockets, id);
}

/** A session as its files and its owner's process tell; undefined when there is no such folder. Never throws for what they hold. */
export function readSession(store: SessionStore, id: string): Session | undefined {
  const paths = pathsOf(store, id);
  if (store.files.stat(paths.folder)?.kind !== "folder") return undefined;
  const meta = parseMeta(readText(store.files, paths.meta) ?? "");
  const status = parseStatus(readText(store.files, paths.status) ?? "");
  const isOver = status?.state === "exited" || status?.state === "killed";
  const ownerLives = !isOver && meta !== undefined && ownerIsAlive(store, meta);
  const standing = standingOf(meta, status, ownerLives);
  return {
    id,
    standing,
    isAlive: standing === "starting" || standing === "running",
    isOurs: meta?.owner === OWNER,
    meta,
    status,
    note: readNote(store, id),
  };
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
  const now = store.proc.identify(meta.babysit_pid);
  if (now === undefined) return false;
  return meta.supervisor === undefined || isSame(now, meta.supervisor);
}

export function isSame(one: ProcessIdentity, other: ProcessIdentity): boolean {
  return one.pid === other.pid && one.startedAt === other.startedAt && one.bootId === other.bootId;
}

/** Whether only a connection can tell that a session lives: its owner's number may be someone else's by now. */
export function needsProbe(session: Session): boolean {
  return session.isAlive && session.meta?.supervisor === undefined;
}

/** A session's own record, written by its supervisor only. */
export function writeMeta({ files }: SessionStore, paths: SessionPaths, meta: Meta): void {
  files.write(paths.meta, `${JSON.stringify(meta, null, 2)}\n`);
}

export function writeStatus({ files }: SessionStore, paths: SessionPaths, status: Status): void {
  files.write(paths.status, `${JSON.stringify(status, null, 2)}\n`);
}

/** The note's text, trimmed; undefined when there is none. */
export function readNote(store: SessionStore, id: string): string | undefined {
  return readText(store.files, pathsOf(store, id).note)?.trim();
}

export function writeNote(store: SessionStore, id: string, text: string): void {
  store.files.write(pathsOf(store, id).note, text);
}

/** Removes the note; false when there was none. */
export function clearNote(store: SessionStore, id: string): boolean {
  const { note } = pathsOf(store, id);
  const wasThere = store.files.stat(note) !== undefined;
  store.files.remove(note);
  return wasThere;
}

/** Moves a finished session's folder out of the way and returns where to. The caller holds the sessions' lock. */
export function archiveSession(store: SessionStore, session: Session, nowMs: number): string {
  store.files.makeDir(store.finished);
  const started = session.meta?.started_at ?? new Date(nowMs).toISOString();
  const to = freeName(store.files, join(store.finished, `${session.id}.${started.replaceAll(":", "-")}`));
  store.files.rename(pathsOf(store, session.id).folder, to);
  return to;
}

function freeName(files: Files, path: string): string {
  if (files.stat(path) === undefined) return path;
  for (let number = 2; ; number++) if (files.stat(`${path}.${number}`) === undefined) return `${path}.${number}`;
}

/** Undefined also for what is no readable file: another's folder, a FIFO, no permission. One bad session is not all. */
function readText(files: Files, path: string): string | undefined {
  try {
    const bytes = files.readPart(path, 0, TEXT_BYTES);
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  } catch {
    return undefined;
  }
}
