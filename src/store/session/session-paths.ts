import { dirname, join } from "node:path";
import { type Env, setting } from "../../core/env.ts";
import { bytesOf } from "../../core/text.ts";
import type { Files, Processes } from "../../sys/sys.ts";

/** Where a session's files and sockets are. */
export interface SessionPaths {
  readonly id: string;
  readonly folder: string;
  readonly meta: string;
  readonly status: string;
  readonly log: string;
  readonly note: string;
  /** Its time is when somebody last pressed Enter in the session; it holds nothing. In a folder of its own, to be watched. */
  readonly typed: string;
  /** Why it is stopped, and which processes are. */
  readonly frozen: string;
  /** What switches its agents' telemetry to its supervisor. */
  readonly telemetry: string;
  /** What it has spent. */
  readonly spend: string;
  /** Messages that the worker has not read yet. */
  readonly tells: string;
  /** The socket beside the files: too long a path in a deep data folder, and all that old clients know. */
  readonly primarySocket: string;
  /** The socket whose path is always short, in a folder that all sessions of one data folder share. */
  readonly shortSocket: string;
  /** What a worker's runner is given: the contract and the task. Beside the session, so that it outlives an archived one. */
  readonly prompt: string;
  /** The task alone, when it is too long for that. */
  readonly longTask: string;
  /** There from a worker's word that its command is about to run until its starter has seen it. */
  readonly ready: string;
}

/** One folder per session: meta, status, note. */
export interface SessionStore {
  readonly files: Files;
  readonly processes: Processes;
  /** The folder of all sessions; its parent is the data folder. */
  readonly sessions: string;
  /** Where finished sessions go when their id is used again. */
  readonly finished: string;
  /** Where the short socket paths are; see {@linkcode socketFolder}. */
  readonly sockets: string;
}

export function pathsOf(store: SessionStore, id: string): SessionPaths {
  return sessionPaths(store.sessions, store.sockets, id);
}

/** The paths of session `id` in `sessions`, whose parent is the data folder. `id` is one that may name a session. */
export function sessionPaths(sessions: string, sockets: string, id: string): SessionPaths {
  const folder = join(sessions, id);
  const prompts = join(dirname(sessions), "prompts");
  return {
    id,
    folder,
    meta: join(folder, "meta.json"),
    status: join(folder, "status.json"),
    log: join(folder, "output.log"),
    note: join(folder, "note"),
    typed: join(folder, "typed", "enter"),
    frozen: join(folder, "frozen"),
    telemetry: join(folder, "telemetry.sh"),
    spend: join(folder, "spend.json"),
    tells: join(folder, "tells"),
    primarySocket: join(folder, "control.sock"),
    shortSocket: join(shortSocketFolder(sessions, sockets), fnv1a(id)),
    prompt: join(prompts, `${id}.md`),
    longTask: join(prompts, `${id}.task.md`),
    ready: join(prompts, `.${id}.ready`),
  };
}

/**
 * The folder of the short socket paths of one data folder. It goes by the spelling of that path: two spellings of one
 * folder give two, as they do for other programs.
 */
export function shortSocketFolder(sessions: string, sockets: string): string {
  return join(sockets, fnv1a(dirname(sessions)));
}

/** Where all short socket paths are: the only place outside its own folders that looop writes to. */
export function socketFolder(env: Env, userId: number): string {
  const home = setting(env, "HOME");
  return home === undefined ? `/tmp/babysit-${userId}` : join(home, ".babysit-sockets");
}

/** FNV-1a of the text's UTF-8 bytes, 64 bits as 16 lowercase hex digits. */
export function fnv1a(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytesOf(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, "0");
}
