import { dirname } from "node:path";
import { expected } from "../../core/error.ts";
import { pathsOf, type SessionStore } from "../session/session-paths.ts";

/**
 * `sessions/<id>/typed/enter`, an empty file: its modification time says when a person last pressed Enter in the
 * session. The supervisor touches it; an ask that waits watches its folder. The typed words are not recorded.
 */

/** Returns the time of the last Enter, in milliseconds since the epoch, or undefined without a readable mark. */
export function lastEnterMs(store: SessionStore, id: string): number | undefined {
  try {
    return store.files.stat(pathsOf(store, id).enterMark)?.mtimeMs;
  } catch (error) {
    expected(error);
    return undefined;
  }
}

/** Returns the folder of the mark. Makes it when the session exists, because only an existing folder can be watched. */
export function enterFolder(store: SessionStore, id: string): string {
  const { folder, enterMark } = pathsOf(store, id);
  const markFolder = dirname(enterMark);
  const isMissing = store.files.stat(folder) !== undefined && store.files.stat(markFolder) === undefined;
  if (isMissing) store.files.makeDir(markFolder);
  return markFolder;
}
