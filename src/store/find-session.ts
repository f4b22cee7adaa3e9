import { EXIT, LooopError } from "../core/error.ts";
import { anySessionId, isBareId, SESSION_PREFIX, sessionId } from "../core/names.ts";
import type { Session } from "../core/session.ts";
import { readSession, type SessionStore } from "./sessions.ts";

/**
 * The session that a person means by `typed`: `x` is `looop-x` first, then exactly `x`, which may be another program's.
 * Throws (exit 2 or 4) before and after any path is built from it.
 */
export function findSession(store: SessionStore, typed: string): Session {
  const exact = anySessionId(typed);
  const isFull = exact.startsWith(SESSION_PREFIX);
  const ours = !isFull && isBareId(exact) ? readSession(store, sessionId(exact)) : undefined;
  const session = ours ?? readSession(store, exact);
  if (session !== undefined) return session;
  const known = store.files.list(store.sessions).map(shortId);
  throw new LooopError({
    message: `Cannot find session ${exact}: no such session`,
    hint: known.length === 0 ? "There are no sessions: start one with `looop start-session`" : someOf(known),
    exit: EXIT.notFound,
  });
}

/** How people type a session's id: ours without the prefix. */
export function shortId(id: string): string {
  return id.startsWith(SESSION_PREFIX) ? id.slice(SESSION_PREFIX.length) : id;
}

function someOf(known: readonly string[]): string {
  const more = known.length > 10 ? `, and ${known.length - 10} more` : "";
  return `There are: ${known.slice(0, 10).join(", ")}${more}. Run \`looop ls --all\` to see them`;
}
