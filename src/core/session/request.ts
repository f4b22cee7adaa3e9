import * as v from "valibot";
import type { EndedBy } from "./record.ts";
import { WAITING_PLACES } from "./waiting.ts";

/** The control requests of a session: one line of JSON each. They are public: other programs send them. */

const u16 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));
const flag = v.optional(v.boolean(), false);
const lines = v.nullish(v.pipe(v.number(), v.safeInteger(), v.minValue(0)), null);
/** A field that only looop has: who asks for the end. An unknown value means `person`, since somebody typed it. */
const by = v.optional(v.fallback(v.picklist(["self", "person", "loop", "budget", "timeout"]), "person"), "person");

const hookReport = v.variant("state", [
  v.object({ state: v.literal("working") }),
  v.object({ state: v.literal("waiting"), at: v.picklist(WAITING_PLACES), what: v.string() }),
]);

/** The cause of a freeze: the person, `freeze --all`, or a cap that the session reached. */
export const FREEZERS = ["person", "all", "budget"] as const;
export type FrozenBy = (typeof FREEZERS)[number];

const requestSchema = v.variant("op", [
  v.object({ op: v.literal("status") }),
  v.object({ op: v.literal("log"), tail: lines, raw: flag }),
  v.object({ op: v.literal("screenshot"), format: v.picklist(["plain", "ansi", "json"]), trim: flag }),
  v.object({ op: v.literal("send"), text: v.string(), newline: v.optional(v.boolean(), true) }),
  // Only looop has this: a message, typed as one piece. `raw` is base64, sent as it is; `keys` are names.
  v.object({
    op: v.literal("type"),
    text: v.optional(v.string(), ""),
    raw: v.optional(v.pipe(v.string(), v.base64()), ""),
    keys: v.optional(v.array(v.string()), []),
  }),
  v.object({ op: v.literal("resize"), cols: u16, rows: u16 }),
  v.object({ op: v.literal("restart") }),
  v.object({ op: v.literal("kill"), by }),
  v.object({ op: v.literal("detach") }),
  // Only looop has `read_only`: a client that is shown everything, and whose input and size do not count.
  v.object({ op: v.literal("attach"), cols: v.optional(u16, 0), rows: v.optional(u16, 0), read_only: flag }),
  // Only looop has these: they stop and resume everything that the program has started.
  v.object({
    op: v.literal("freeze"),
    by: v.optional(v.picklist(FREEZERS), "person"),
    reason: v.optional(v.string(), ""),
  }),
  v.object({ op: v.literal("thaw"), budget_usd: v.optional(v.pipe(v.number(), v.minValue(0))) }),
  v.object({ op: v.literal("spent") }),
  // Only looop has this: a hook of the session's model CLI reports that it waits for the person, or works.
  v.object({ op: v.literal("hook"), report: hookReport }),
  // Only looop has this: what an attach would replay, for a client with an emulator.
  v.object({ op: v.literal("replay") }),
]);

export type Request = v.InferOutput<typeof requestSchema>;
export type KillBy = Exclude<EndedBy, "exit" | "unknown">;

export type Parsed =
  | { readonly kind: "request"; readonly request: Request }
  | { readonly kind: "invalid"; readonly why: string };

/** Parses a request line, or returns why it is invalid. */
export function parseRequest(line: string): Parsed {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), requestSchema), line);
  if (result.success) return { kind: "request", request: result.output };
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  return { kind: "invalid", why: `invalid request: ${path === null ? "" : `${path}: `}${issue.message}` };
}

/** Returns the reply line of a request that was carried out. */
export function success(data: unknown): string {
  return `${JSON.stringify({ ok: true, data: sorted(data) })}\n`;
}

/** Returns the reply line of a request that failed. */
export function failure(error: string): string {
  return `${JSON.stringify({ ok: false, error, data: null })}\n`;
}

/** Sorts the keys, as other programs' replies do. One level is enough: only `status` has more. */
function sorted(data: unknown): unknown {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return data;
  return Object.fromEntries(Object.entries(data).sort(([one], [other]) => (one < other ? -1 : 1)));
}
