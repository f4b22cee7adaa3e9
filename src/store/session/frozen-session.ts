/**
 * `sessions/<id>/frozen`: while this file exists, all processes of the session are stopped. The supervisor writes it
 * before it stops them and removes it after it continued them, so that a kill between never leaves them stopped without
 * a record.
 */
import * as v from "valibot";
import { FREEZERS } from "../../core/session/request.ts";
import { readTextPart } from "../read-text.ts";
import { pathsOf, type SessionStore } from "./session-paths.ts";

const FrozenFile = v.object({
  v: v.literal(1),
  at: v.string(),
  by: v.picklist(FREEZERS),
  reason: v.string(),
  /** The flag from before the freeze, raised again by the thaw. */
  note: v.nullish(v.string()),
  members: v.array(v.object({ pid: v.number(), startedAt: v.string(), bootId: v.string() })),
});

export type FrozenRecord = Omit<v.InferOutput<typeof FrozenFile>, "v">;

/** Returns the record, `damaged` when the file cannot be parsed, or undefined when the session is not frozen. */
export function readFrozen(store: SessionStore, id: string): FrozenRecord | "damaged" | undefined {
  const path = pathsOf(store, id).frozen;
  if (store.files.stat(path) === undefined) return undefined;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), FrozenFile), readTextPart(store.files, path, 1_048_576));
  return parsed.success ? parsed.output : "damaged";
}

export function writeFrozen(store: SessionStore, id: string, record: FrozenRecord): void {
  store.files.write(pathsOf(store, id).frozen, `${JSON.stringify({ v: 1, ...record })}\n`);
}

export function clearFrozen(store: SessionStore, id: string): void {
  store.files.remove(pathsOf(store, id).frozen);
}
