import { readTextPart } from "../read-text.ts";
import { pathsOf, type SessionStore } from "./session-paths.ts";

/** Longest note read, in bytes. One of a megabyte is somebody's mistake; its beginning will do. */
const MAX_NOTE_BYTES = 65_536;

/** The note's text, trimmed; undefined when there is none. */
export function readNote(store: SessionStore, id: string): string | undefined {
  return readTextPart(store.files, pathsOf(store, id).note, MAX_NOTE_BYTES)?.trim();
}

export function writeNote(store: SessionStore, id: string, text: string): void {
  store.files.write(pathsOf(store, id).note, text);
}

/** Removes the note; false when there was none. */
export function clearNote(store: SessionStore, id: string): boolean {
  const { note } = pathsOf(store, id);
  const wasThere = store.files.stat(note) !== undefined;
  store.files.remove(note);
  return wasThere;
}
