/** Finds the session that a person names on the command line. */
import { EXIT, LooopError } from "../../core/error.ts";
import { anySessionId, isBareId, SESSION_PREFIX, sessionId } from "../../core/names.ts";
import { pathsOf, type SessionStore } from "./session-paths.ts";

/**
 * Returns the id of the session that `typed` names: for `x` it is `looop-x`, else exactly `x`, which may be another
 * program's. Throws for an invalid id (exit 2), before it builds a path, and for an unknown session (exit 4). Reads no
 * record, because `flag` must be quick.
 */
export function findSessionId(store: SessionStore, typed: string): string {
  const exact = anySessionId(typed);
  const isShort = !exact.startsWith(SESSION_PREFIX) && isBareId(exact);
  const found = [...(isShort ? [sessionId(exact)] : []), exact].find((id) => exists(store, id));
  if (found !== undefined) return found;
  throw noSuchSession(store, exact);
}

function exists(store: SessionStore, id: string): boolean {
  return store.files.stat(pathsOf(store, id).folder)?.kind === "folder";
}

/** Returns the error (exit 4) for a session that does not exist; it lists the known ones. */
export function noSuchSession(store: SessionStore, id: string): LooopError {
  const known = store.files.list(store.sessions).map(shortId);
  return new LooopError({
    message: `Cannot find session ${id}: no such session`,
    hint: known.length === 0 ? "There are no sessions: start one with `looop start-session`" : listed(known),
    exit: EXIT.notFound,
  });
}

/** Returns a session's id as people type it: without `looop-`. */
export function shortId(id: string): string {
  return id.startsWith(SESSION_PREFIX) ? id.slice(SESSION_PREFIX.length) : id;
}

function listed(known: readonly string[]): string {
  const more = known.length > 10 ? `, and ${known.length - 10} more` : "";
  return `There are: ${known.slice(0, 10).join(", ")}${more}. Run \`looop ls --all\` to see them`;
}
