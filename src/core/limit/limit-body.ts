/** Reads usage limits in the JSON of an event or of an API's error, whose keys and headers are exact. */
import { isRecord, parseJson } from "../json.ts";
import { kindIn, type NamedLimit } from "./limit-kind.ts";

/** The longest text that is searched, in characters. */
const BODY_CHARS = 65_536;

/** The deepest value that is searched: a body in a message in an error in an event. */
const DEPTH = 8;

/** A smaller number is no time that can be meant: the year 2001, in seconds. */
const FIRST_S = 1e9;

/** A larger number is in milliseconds: as seconds it would be the year 5138. */
const FIRST_MS = 1e11;

/** Keys whose value is the end: seconds or milliseconds since 1970, or an ISO time. */
const AT =
  /^(?:resets?_?at|reset_?time|quota_?reset_?time_?stamp|anthropic-ratelimit-unified(?:-5h|-7d)?-reset|x-ratelimit-reset|ratelimit-reset)$/i;

/** Keys whose value is the time until the end, in seconds or as a duration like `7200s`. */
const IN = /^(?:resets?_in_seconds|resets?_after_seconds|retry[-_]?after|retry_?delay|quota_?reset_?delay)$/i;

/** Keys whose value is that time in milliseconds. */
const IN_MS = /^retry[-_]?after[-_]?ms$/i;

/** Types and codes of a usage limit. The usual pause is enough for a rate limit of some seconds. */
const TYPE =
  /^(?:usage_limit_reached|usage_limit_exceeded|insufficient_quota|billing_hard_limit_reached|billing_error|credit_balance_too_low|quota_exceeded|resource_exhausted|usage_not_included|rate_limit_info|five_hour|seven_day\w*)$/i;

/** Words without which an end is that of something else: every answer of some APIs has headers with one. */
const LIMITED = /\b429\b|rate_limit|usage_limit|\blimit\b|quota|rejected/i;

/** Returns the limit that some JSON in `text` names; undefined when it names none. */
export function limitInBody(text: string, nowMs: number): NamedLimit | undefined {
  const found: Found = { ends: [], kind: undefined, named: false };
  searchText(text.slice(0, BODY_CHARS), nowMs, found, 0);
  if (found.ends.length > 0 && (found.named || LIMITED.test(text)))
    return { kind: found.kind, endMs: Math.max(...found.ends) };
  return found.named ? { kind: found.kind } : undefined;
}

interface Found {
  readonly ends: number[];
  kind: NamedLimit["kind"];
  named: boolean;
}

/** Searches the JSON values in a text; one that was cut off is searched by the look of its keys. */
function searchText(text: string, nowMs: number, found: Found, depth: number): void {
  const stamp = /limit reached\|(1\d{9}(?:\d{3})?)(?!\d)/i.exec(text)?.[1];
  if (stamp !== undefined) pushEnd(found, instantOf(stamp));
  for (const line of text.split("\n")) {
    const start = line.indexOf("{");
    if (start < 0) {
      for (const [, key = "", value = ""] of line.matchAll(HEADER)) searchEntry(key, value, nowMs, found);
      continue;
    }
    const value = parseJson(line.slice(start, line.lastIndexOf("}") + 1));
    if (isRecord(value)) search(value, nowMs, found, depth + 1);
    else for (const [, key = "", part = ""] of line.matchAll(KEYED)) searchEntry(key, part, nowMs, found);
  }
}

/** `retry-after: 90`, a header in plain text. */
const HEADER = /\b([a-z][\w-]{5,60})\s?[:=]\s?(\d{1,13}(?:\.\d{1,9})?s?)(?![\d:])/gi;

/** `"resets_at":1795363707`, a key of JSON that is not whole. */
const KEYED = /"([\w-]{1,60})"\s?:\s?"?([\w:.+-]{1,60})/g;

function search(value: unknown, nowMs: number, found: Found, depth: number): void {
  if (depth > DEPTH) return;
  if (Array.isArray(value)) for (const item of value) search(item, nowMs, found, depth + 1);
  else if (isRecord(value)) {
    for (const [key, inner] of Object.entries(value)) {
      searchEntry(key, inner, nowMs, found);
      search(inner, nowMs, found, depth + 1);
    }
  } else if (typeof value === "string" && /[{|]/.test(value)) searchText(value, nowMs, found, depth + 1);
}

function searchEntry(key: string, value: unknown, nowMs: number, found: Found): void {
  pushEnd(found, endOf(key, value, nowMs));
  if (typeof value !== "string" || value.length > 200 || !TYPE.test(value)) return;
  found.named = true;
  found.kind ??= kindIn(value);
}

function pushEnd({ ends }: Found, end: number | undefined): void {
  if (end !== undefined) ends.push(end);
}

function endOf(key: string, value: unknown, nowMs: number): number | undefined {
  if (AT.test(key)) return instantOf(value);
  const number = numberOf(value);
  if (number === undefined) return undefined;
  if (IN.test(key)) return nowMs + number * 1_000;
  return IN_MS.test(key) ? nowMs + number : undefined;
}

/** Returns a moment in milliseconds; it may be given in seconds or milliseconds since 1970, or as an ISO time. */
export function instantOf(value: unknown): number | undefined {
  const number = numberOf(value);
  if (number !== undefined) return number < FIRST_S ? undefined : number >= FIRST_MS ? number : number * 1_000;
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)$/.test(value)) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  const digits = typeof value === "string" ? /^(\d{1,13}(?:\.\d{1,9})?)s?$/.exec(value)?.[1] : undefined;
  return digits === undefined ? undefined : Number(digits);
}
