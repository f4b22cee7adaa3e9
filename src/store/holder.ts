import type { Holder } from "../core/claim.ts";
import type { SessionStore } from "./session-paths.ts";
import { readSession } from "./sessions.ts";

/** A readable record of an end proves that a holder is gone; so does a folder that is not there. */
export function holderOf(store: SessionStore, id: string): Holder {
  const session = readSession(store, id);
  if (session === undefined) return "gone";
  if (session.standing === "unknown") return "unknown";
  return session.isAlive ? "alive" : "gone";
}
