import { dirname } from "node:path";
import { expected } from "../../core/error.ts";
import { pathsOf, type SessionStore } from "../session/session-paths.ts";

/**
 * When somebody last pressed Enter in a session, in milliseconds since the epoch: its supervisor marks the moment, never
 * the words. Undefined when nobody has, and when something else has the mark's place.
 */
export function typedAtMs(store: SessionStore, id: string): number | undefined {
  try {
    return store.files.stat(pathsOf(store, id).typed)?.mtimeMs;
  } catch (error) {
    expected(error);
    return undefined;
  }
}

/** The folder in which the mark appears, made where the session is there: only what is there can be watched. */
export function typedFolder(store: SessionStore, id: string): string {
  const { folder, typed } = pathsOf(store, id);
  const place = dirname(typed);
  if (store.files.stat(folder) !== undefined && store.files.stat(place) === undefined) store.files.makeDir(place);
  return place;
}
