import * as v from "valibot";
import { parseJson } from "../json.ts";

const state = v.picklist(["starting", "running", "exited", "killed"]);
/** A state in `status.json`. Other programs read it, so no state is ever added. */
export type State = v.InferOutput<typeof state>;

const endedBy = v.picklist(["self", "person", "loop", "budget", "timeout", "exit", "unknown"]);
/** The cause of a session's end. `self`: its own `kill`; `exit`: its program exited by itself. */
export type EndedBy = v.InferOutput<typeof endedBy>;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const time = v.pipe(v.string(), v.isoTimestamp());
const identity = v.object({ pid: count, startedAt: v.string(), bootId: v.string() });
const size = v.object({ cols: count, rows: count });

/** `meta.json`: what is known at the start. The first four fields are babysit's, which ignores the others. */
const metaSchema = v.object({
  id: v.string(),
  cmd: v.array(v.string()),
  babysit_pid: count,
  started_at: time,
  owner: v.optional(v.string()),
  cwd: v.optional(v.string()),
  supervisor: v.optional(identity),
  version: v.optional(v.string()),
});

/** `status.json`: what changes. The first four fields are babysit's, which ignores the others. */
const statusSchema = v.object({
  state,
  child_pid: v.nullish(v.pipe(v.number(), v.safeInteger()), null),
  exit_code: v.nullish(v.pipe(v.number(), v.safeInteger()), null),
  last_change: time,
  child: v.optional(identity),
  size: v.optional(size),
  ended_by: v.optional(endedBy),
  signal: v.optional(v.string()),
  reason: v.optional(v.string()),
  dropped_bytes: v.optional(count),
  left_over: v.optional(v.boolean()),
});

export type Meta = v.InferOutput<typeof metaSchema>;
export type Status = v.InferOutput<typeof statusSchema>;

/** Parses a meta.json; undefined when it is torn or has another shape. */
export function parseMeta(text: string): Meta | undefined {
  return parsed(metaSchema, text);
}

/** Parses a status.json; undefined when it is torn or has another shape. */
export function parseStatus(text: string): Status | undefined {
  return parsed(statusSchema, text);
}

function parsed<T>(schema: v.GenericSchema<unknown, T>, text: string): T | undefined {
  const result = v.safeParse(schema, parseJson(text));
  return result.success ? result.output : undefined;
}

/** The owner in the records of our sessions. looop never ends or deletes a session with another owner. */
export const OWNER = "looop";
