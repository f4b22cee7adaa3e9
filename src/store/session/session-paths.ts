import { dirname, join } from "node:path";
import { type Env, setting } from "../../core/env.ts";
import { bytesOf } from "../../core/text.ts";
import type { Files, Processes } from "../../sys/sys.ts";

/** The paths of a session's files and sockets. */
export interface SessionPaths {
  readonly id: string;
  readonly folder: string;
  readonly meta: string;
  readonly status: string;
  readonly log: string;
  readonly note: string;
  /** The flag that looop raises for a worker that waits. */
  readonly waiting: string;
  /** The folder of the scripts that install looop's hooks in the worker's model CLI. */
  readonly hooks: string;
  /** The one of them that the worker's shell sources. */
  readonly hookSetup: string;
  /** An empty file whose time is the last Enter in the session. It has its own folder, which can be watched. */
  readonly enterMark: string;
  /** The reason of a freeze and the stopped processes. */
  readonly frozen: string;
  /** A script that points its agents' telemetry at its supervisor. */
  readonly telemetry: string;
  /** A script that sets the variables that its starter gave it. */
  readonly variables: string;
  /** The worker's spend. */
  readonly spend: string;
  /** Messages that the worker has not read yet. */
  readonly tells: string;
  /** The socket in the session's folder. Old clients know only this one; in a deep data folder its path is too long. */
  readonly primarySocket: string;
  /** The socket with a path that is always short, in a folder that all sessions of one data folder share. */
  readonly shortSocket: string;
  /** The prompt of a worker's runner: contract and task. Outside the session's folder, so that it outlives archiving. */
  readonly prompt: string;
  /** The task alone, when it is too long for the prompt. */
  readonly longTask: string;
  /** A mark that the worker's shell makes just before it runs the command, and that the starter removes. */
  readonly ready: string;
}

/** The folders of all sessions, and what is needed to read them. */
export interface SessionStore {
  readonly files: Files;
  readonly processes: Processes;
  /** The folder of all sessions; its parent is the data folder. */
  readonly sessions: string;
  /** The folder that a finished session is moved to when its id is used again. */
  readonly finished: string;
  /** The folder of all short socket paths; see {@linkcode socketFolder}. */
  readonly sockets: string;
}

export function pathsOf(store: SessionStore, id: string): SessionPaths {
  return sessionPaths(store.sessions, store.sockets, id);
}

/** Returns the paths of session `id` in `sessions`, whose parent is the data folder. `id` must be a valid session id. */
function sessionPaths(sessions: string, sockets: string, id: string): SessionPaths {
  const folder = join(sessions, id);
  const prompts = join(dirname(sessions), "prompts");
  return {
    id,
    folder,
    meta: join(folder, "meta.json"),
    status: join(folder, "status.json"),
    log: join(folder, "output.log"),
    note: join(folder, "note"),
    waiting: join(folder, "waiting.json"),
    hooks: join(folder, "hooks"),
    hookSetup: join(folder, "hooks", "setup.sh"),
    enterMark: join(folder, "typed", "enter"),
    frozen: join(folder, "frozen"),
    telemetry: join(folder, "telemetry.sh"),
    variables: join(folder, "variables.sh"),
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
 * Returns the folder of the short socket paths of one data folder. It depends on the spelling of that folder's path: two
 * spellings give two folders, as in other programs that use these sockets.
 */
export function shortSocketFolder(sessions: string, sockets: string): string {
  return join(sockets, fnv1a(dirname(sessions)));
}

/** Returns the folder of all short socket paths, the only place outside its own folders where looop writes. */
export function socketFolder(env: Env, userId: number): string {
  const home = setting(env, "HOME");
  return home === undefined ? `/tmp/babysit-${userId}` : join(home, ".babysit-sockets");
}

/** Returns the 64-bit FNV-1a hash of the text's UTF-8 bytes, as 16 lowercase hex digits. */
export function fnv1a(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytesOf(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, "0");
}
