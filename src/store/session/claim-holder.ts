import { isSessionId } from "../../core/names.ts";
import type { Holder } from "../../core/session/claim.ts";
import { pathsOf, type SessionStore } from "./session-paths.ts";
import { readSession } from "./sessions.ts";

/**
 * A readable record of an end proves that a holder is gone; so does a folder that is not there, unless all of them are
 * missing, as on a disk that is not mounted, or the supervisor's socket is still in place.
 */
export function holderOf(store: SessionStore, id: string): Holder {
  if (!isSessionId(id)) return "gone";
  const isThere = (path: string) => store.files.stat(path) !== undefined;
  const session = readSession(store, id);
  if (session === undefined)
    return isThere(pathsOf(store, id).shortSocket) || !isThere(store.sessions) ? "unknown" : "gone";
  if (session.standing === "unknown") return "unknown";
  return session.isAlive ? "alive" : "gone";
}
