import { isSessionId } from "../../core/names.ts";
import type { Holder } from "../../core/session/claim.ts";
import { pathsOf, type SessionStore } from "./session-paths.ts";
import { readSession } from "./sessions.ts";

/**
 * Returns the state of the session that holds a claim. Two things prove that it is gone: a readable record of its end, and
 * a missing folder. A missing folder proves nothing when all sessions are missing, as on a disk that is not mounted, or
 * when the supervisor's socket still exists.
 */
export function holderOf(store: SessionStore, id: string): Holder {
  if (!isSessionId(id)) return "gone";
  const exists = (path: string) => store.files.stat(path) !== undefined;
  const session = readSession(store, id);
  if (session === undefined)
    return exists(pathsOf(store, id).shortSocket) || !exists(store.sessions) ? "unknown" : "gone";
  if (session.state === "unknown") return "unknown";
  return session.isAlive ? "alive" : "gone";
}
