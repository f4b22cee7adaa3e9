import { EXIT, LooopError } from "../../core/error.ts";
import { anySessionId, isBareId, SESSION_PREFIX, sessionId } from "../../core/names.ts";
import { pathsOf, type SessionStore } from "./session-paths.ts";

/**
 * The id of the session that a person means by `typed`: `x` is `looop-x` first, then exactly `x`, which may be another
 * program's. Throws (exit 2 or 4) before and after any path is built from it. Reads no record: `flag` must be quick.
 */
export function findSessionId(store: SessionStore, typed: string): string {
  const exact = anySessionId(typed);
  const isShort = !exact.startsWith(SESSION_PREFIX) && isBareId(exact);
  const found = [...(isShort ? [sessionId(exact)] : []), exact].find((id) => isThere(store, id));
  if (found !== undefined) return found;
  throw noSuchSession(store, exact);
}

function isThere(store: SessionStore, id: string): boolean {
  return store.files.stat(pathsOf(store, id).folder)?.kind === "folder";
}

/** What to say (exit 4) of a session that is not there. */
export function noSuchSession(store: SessionStore, id: string): LooopError {
  const known = store.files.list(store.sessions).map(shortId);
  return new LooopError({
    message: `Cannot find session ${id}: no such session`,
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
