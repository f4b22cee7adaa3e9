/**
 * `sessions/<id>/meta.json` and `status.json`: what a session is and what state it is in. Its supervisor writes them;
 * every command reads them. Other programs have sessions here too.
 */
import { join } from "node:path";
import { isSame } from "../../core/process-identity.ts";
import { type Meta, OWNER, parseMeta, parseStatus, type Status } from "../../core/session/record.ts";
import { type Session, sessionState } from "../../core/session/session.ts";
import { waitingNote } from "../../core/session/waiting.ts";
import type { Files } from "../../sys/sys.ts";
import { readTextPart } from "../read-text.ts";
import { findSessionId, noSuchSession } from "./find-session.ts";
import { readNote } from "./note.ts";
import { pathsOf, type SessionPaths, type SessionStore } from "./session-paths.ts";
import { readWaiting } from "./waiting.ts";

/** The number of bytes read of a record: a command line has at most 2 MB, and JSON may write a byte as six. */
const RECORD_BYTES = 12_582_912;

/** Returns a session's state from its files and its owner's process, or undefined without a folder. Damaged files do not throw. */
export function readSession(store: SessionStore, id: string): Session | undefined {
  const paths = pathsOf(store, id);
  const record = readTextPart(store.files, paths.meta, RECORD_BYTES);
  if (record === undefined && store.files.stat(paths.folder)?.kind !== "folder") return undefined;
  const meta = parseMeta(record ?? "");
  const status = parseStatus(readTextPart(store.files, paths.status, RECORD_BYTES) ?? "");
  const hasEnded = status?.state === "exited" || status?.state === "killed";
  const ownerLives = !hasEnded && meta !== undefined && ownerIsAlive(store, meta);
  const state = sessionState(meta, status, ownerLives);
  // A supervisor that was killed leaves its last record.
  const waiting = ownerLives ? readWaiting(store, id) : undefined;
  const note = readNote(store, id) ?? (waiting === undefined ? undefined : waitingNote(waiting));
  return {
    id,
    state,
    isAlive: state === "starting" || state === "running",
    isOurs: meta?.owner === OWNER,
    isFrozen: ownerLives && store.files.stat(paths.frozen) !== undefined,
    meta,
    status,
    note,
    ...(waiting === undefined ? {} : { waiting }),
  };
}

/** Returns the session that `typed` names. Throws as {@linkcode findSessionId}. */
export function findSession(store: SessionStore, typed: string): Session {
  const id = findSessionId(store, typed);
  const session = readSession(store, id);
  if (session !== undefined) return session;
  throw noSuchSession(store, id);
}

/** Returns every session, looop's or another program's, sorted by id. */
export function listSessions(store: SessionStore): Session[] {
  return store.files.list(store.sessions).flatMap((id) => readSession(store, id) ?? []);
}

/**
 * True when the process that owns a session lives. looop's records have its start time and boot, so another process that
 * got the same pid is not mistaken for it. Other programs' records have only the pid; see {@linkcode needsProbe}.
 */
function ownerIsAlive(store: SessionStore, meta: Meta): boolean {
  const now = store.processes.identify(meta.babysit_pid);
  if (now === undefined) return false;
  return meta.supervisor === undefined || isSame(now, meta.supervisor);
}

/** True when only a connection can show that a session lives: its owner's pid is unknown or may have been reused. */
export function needsProbe({ isAlive, state, meta }: Session): boolean {
  return state === "unknown" || (isAlive && meta?.supervisor === undefined);
}

/** Writes a session's record. Only its supervisor calls this. */
export function writeMeta({ files }: SessionStore, paths: SessionPaths, meta: Meta): void {
  files.write(paths.meta, `${JSON.stringify(meta, null, 2)}\n`);
}

/**
 * Writes a session's status. The end is synced to disk before this returns. Earlier states are not synced: a power cut
 * that loses them ends the session too, and a sync to a busy disk would delay the program's start.
 */
export function writeStatus({ files }: SessionStore, paths: SessionPaths, status: Status): void {
  const text = `${JSON.stringify(status, null, 2)}\n`;
  if (status.state === "exited" || status.state === "killed") files.write(paths.status, text);
  else files.jot(paths.status, text);
}

/** Moves a finished session's folder to the archive and returns its new path. The caller holds the sessions' lock. */
export function archiveSession(store: SessionStore, session: Session, nowMs: number): string {
  store.files.makeDir(store.finished);
  const started = session.meta?.started_at ?? new Date(nowMs).toISOString();
  const to = freeName(store.files, join(store.finished, `${session.id}.${started.replaceAll(":", "-")}`));
  const { folder, primarySocket } = pathsOf(store, session.id);
  // The supervisor that listened on it is gone.
  store.files.remove(primarySocket);
  store.files.rename(folder, to);
  return to;
}

function freeName(files: Files, path: string): string {
  if (files.stat(path) === undefined) return path;
  for (let number = 2; ; number++) if (files.stat(`${path}.${number}`) === undefined) return `${path}.${number}`;
}
