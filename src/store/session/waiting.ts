/**
 * `sessions/<id>/waiting.json`: the flag that looop raises for a worker that waits without calling `flag`. The worker's
 * supervisor writes and removes it; its own flag, in `note`, is another file, so that neither overwrites the other.
 */
import * as v from "valibot";
import { WAITING_PLACES, WAITING_SOURCES } from "../../core/session/waiting.ts";
import { readTextPart } from "../read-text.ts";
import { pathsOf, type SessionStore } from "./session-paths.ts";

const WaitingFile = v.object({
  v: v.literal(1),
  at: v.picklist(WAITING_PLACES),
  source: v.picklist(WAITING_SOURCES),
  what: v.string(),
  /** The time when it was raised, RFC 3339 UTC. */
  since: v.string(),
});

export type WaitingRecord = Omit<v.InferOutput<typeof WaitingFile>, "v">;

const MAX_BYTES = 65_536;

/** Returns the record; undefined when the worker does not wait, or the file cannot be parsed. */
export function readWaiting(store: SessionStore, id: string): WaitingRecord | undefined {
  const text = readTextPart(store.files, pathsOf(store, id).waiting, MAX_BYTES);
  if (text === undefined) return undefined;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), WaitingFile), text);
  return parsed.success ? parsed.output : undefined;
}

export function writeWaiting(store: SessionStore, id: string, record: WaitingRecord): void {
  store.files.write(pathsOf(store, id).waiting, `${JSON.stringify({ v: 1, ...record })}\n`);
}

/** Removes the record. Returns false when it did not exist. */
export function clearWaiting(store: SessionStore, id: string): boolean {
  const { waiting } = pathsOf(store, id);
  const existed = store.files.stat(waiting) !== undefined;
  store.files.remove(waiting);
  return existed;
}
