/**
 * Small slips in a decider's answer that have one reading. Taking them saves a paid call; whatever could mean two things
 * stays a mistake.
 */
import { endOfString } from "../json.ts";
import { NEXT_INTERVAL_S, NUMBERS } from "./move.ts";

/** The journal line of a noop that gives no words. */
const NOTHING = "nothing to do";

const CONTROLS: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Returns a text of JSON without commas before a closing bracket, and with raw control characters in strings escaped. */
export function mendJson(text: string): string {
  let mended = "";
  for (let at = 0; at < text.length; ) {
    if (text[at] === '"') {
      const end = endOfString(text, at) ?? text.length;
      mended += text.slice(at, end).replace(/[\0-\x1f]/g, escapeControl);
      at = end;
      continue;
    }
    const next = text.indexOf('"', at);
    const end = next === -1 ? text.length : next;
    mended += text.slice(at, end).replace(/,(?=\s*[}\]])/g, "");
    at = end;
  }
  return mended;
}

function escapeControl(char: string): string {
  return CONTROLS[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** A move before it is checked against the schema, and what was changed in it, in words. */
export interface Mended {
  readonly value: Readonly<Record<string, unknown>>;
  readonly changes: readonly string[];
}

/**
 * Returns a move without optional fields that are null, with numbers in quotes as numbers, `next_interval_s` within its
 * bounds, and a journal line for a noop that has none. `isOptional` says whether a field of this move may be absent.
 */
export function mendMove(move: Readonly<Record<string, unknown>>, isOptional: (field: string) => boolean): Mended {
  const entries = Object.entries(move).filter(([key, value]) => value !== null || !isOptional(key));
  const value = Object.fromEntries(entries.map(([key, it]) => [key, NUMBERS.has(key) ? numberIn(it) : it]));
  const changes: string[] = [];
  const asked = value["next_interval_s"];
  if (typeof asked === "number" && Number.isFinite(asked)) {
    const taken = Math.round(Math.min(NEXT_INTERVAL_S.max, Math.max(NEXT_INTERVAL_S.min, asked)));
    if (taken !== asked) changes.push(`next_interval_s ${asked} is taken as ${taken}`);
    value["next_interval_s"] = taken;
  }
  if (value["action"] === "noop" && (value["journal"] ?? "") === "") {
    const { reason } = value;
    value["journal"] = typeof reason === "string" && reason.trim() !== "" ? reason : NOTHING;
  }
  return { value, changes };
}

function numberIn(value: unknown): unknown {
  return typeof value === "string" && /^-?\d{1,15}(?:\.\d{1,9})?$/.test(value.trim()) ? Number(value) : value;
}
