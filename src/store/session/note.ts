/** `sessions/<id>/note`: the text of a session's flag. `looop flag` and looop itself write it; it is shown everywhere. */
import { readTextPart } from "../read-text.ts";
import { pathsOf, type SessionStore } from "./session-paths.ts";

/** The number of bytes read of a note. A longer one is a mistake, and its beginning is enough. */
const MAX_NOTE_BYTES = 65_536;

/** Returns the note's text, trimmed, or undefined when there is no note. */
export function readNote(store: SessionStore, id: string): string | undefined {
  return readTextPart(store.files, pathsOf(store, id).note, MAX_NOTE_BYTES)?.trim();
}

export function writeNote(store: SessionStore, id: string, text: string): void {
  store.files.write(pathsOf(store, id).note, text);
}

/** Removes the note. Returns false when there was no note. */
export function clearNote(store: SessionStore, id: string): boolean {
  const { note } = pathsOf(store, id);
  const existed = store.files.stat(note) !== undefined;
  store.files.remove(note);
  return existed;
}
