import { endedItself, statusWords } from "../../core/session/session.ts";
import { pathsOf } from "../../store/session/session-paths.ts";
import { findSession, readSession } from "../../store/session/sessions.ts";
import { ReadableText } from "../../supervise/screen/readable-text.ts";
import { followLog } from "../../supervise/transcript/follow.ts";
import type { App } from "../open.ts";
import { openSessions } from "./open-sessions.ts";

export interface SessionWait {
  /** Also return when the session has printed nothing for this long, in milliseconds. */
  readonly idleMs: number | undefined;
  readonly timeoutMs: number | undefined;
}

/** The reason why a wait ended, with the session as it was then. */
export interface SessionWaited {
  readonly why: "ended" | "idle" | "timeout";
  readonly id: string;
  /** The state in words, like `exited, exit 3`. */
  readonly state: string;
  readonly exitCode: number | null;
  /** True when it ended with exit code 0, or ended itself. */
  readonly isGood: boolean;
}

/** The longest and the shortest interval of looks, in milliseconds. */
const LOOK_MS = 1_000;
const SHORT_LOOK_MS = 50;

/** Waits for the end of a session, or for a pause in its output. Throws (exit 4) when there is no such session. */
export async function waitForSession(app: App, typed: string, wait: SessionWait): Promise<SessionWaited> {
  const { files, clock } = app;
  const store = await openSessions(app);
  const { id } = findSession(store, typed);
  const log = files.stat(pathsOf(store, id).log);
  const startMs = clock.monotonic();
  const quietMs = Math.max(0, clock.now() - (log?.mtimeMs ?? clock.now()));
  const text = new ReadableText();
  let printedMs = startMs - quietMs;
  let why: SessionWaited["why"] = "ended";
  const look = (bytes: Uint8Array) => {
    const now = clock.monotonic();
    // A title that blinks is no output.
    if (bytes.length > 0 && text.push(bytes).trim() !== "") printedMs = now;
    if (wait.idleMs !== undefined && now - printedMs >= wait.idleMs) why = "idle";
    else if (wait.timeoutMs !== undefined && now - startMs >= wait.timeoutMs) why = "timeout";
    return why === "ended";
  };
  const shortestMs = Math.min(wait.idleMs ?? LOOK_MS, wait.timeoutMs ?? LOOK_MS) / 4;
  const everyMs = Math.min(LOOK_MS, Math.max(SHORT_LOOK_MS, shortestMs));
  const deps = { store, clock, watchFolder: await app.watchFolder(), everyMs };
  const end = await followLog(deps, id, { bytes: log?.sizeBytes ?? 0, identity: log?.identity }, look);
  const now = readSession(store, id);
  const isOver = end !== "stopped" || now?.isAlive !== true;
  const exitCode = now?.status?.exit_code ?? null;
  return {
    why: isOver ? "ended" : why,
    id,
    state: now === undefined ? "pruned" : statusWords(now),
    exitCode,
    isGood: exitCode === 0 || (now !== undefined && endedItself(now)),
  };
}
