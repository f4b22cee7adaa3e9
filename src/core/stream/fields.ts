/** Helpers for reading the events of runners. */
import { isRecord, parseJson } from "../json.ts";
import type { Progress } from "./event.ts";

/** Longest error message shown, in characters. */
const ERROR_CHARS = 500;

/** Longest arguments of a tool that are kept, in characters. */
const ARGS_CHARS = 10_000;

/** Most tokens that one call can take: a larger number is a broken record. */
const MAX_TOKENS = 1e12;

/** Returns the value at the end of a path of keys, or undefined. */
export function get(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value);
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Returns `value` when it is a text that is not empty. */
export function nonEmptyString(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Returns the texts of all parts, joined. */
export function joinText(parts: unknown): string {
  return list(parts)
    .map((part) => get(part, "text"))
    .filter((text) => typeof text === "string")
    .join("");
}

/** The event of a text that the model writes. */
export function textEvent(text: string): Progress[] {
  return text === "" ? [] : [{ kind: "text", text }];
}

/** The event of a tool that failed. */
export function failed(name: unknown): Progress {
  return { kind: "failed", what: `${nonEmptyString(name) ?? "tool"} failed` };
}

/** The event of a problem that the runner handles itself. */
export function retryNotice(what: unknown): Progress {
  return { kind: "failed", what: worded(what) };
}

/** The event of a runner that gave up. */
export function fatalEvent(what: unknown): Progress {
  return { kind: "failed", what: worded(what), fatal: true };
}

/** Returns an error in words. Some runners print the JSON answer of an API: only its message is taken. */
function worded(what: unknown): string {
  const text = nonEmptyString(what)?.trim();
  if (text === undefined) return "the runner reports an error";
  const start = text.indexOf("{");
  const error = start < 0 ? undefined : get(parseJson(text.slice(start)), "error");
  const message = nonEmptyString(get(error, "message"));
  return (message === undefined ? text : `${text.slice(0, start)}${message}`).slice(0, ERROR_CHARS);
}

/** The event of a tool that runs, with its command or file, else all its arguments. */
export function tool(name: unknown, args: unknown): Progress {
  return { kind: "tool", name: nonEmptyString(name) ?? "tool", about: aboutOf(args).slice(0, ARGS_CHARS) };
}

/** The first of these keys that exists is taken, whatever its value. */
function aboutOf(args: unknown): string {
  if (typeof args === "string") return args;
  if (!isRecord(args)) return "";
  const key = ["command", "path", "file_path", "filePath"].find((name) => name in args);
  const value = key === undefined ? undefined : args[key];
  if (typeof value === "string") return value;
  return Object.keys(args).length === 0 ? "" : JSON.stringify(args);
}

/** Returns an id, which some programs write as a number. */
export function idIn(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/** Returns a number of tokens; 0 when the value cannot be one. */
export function count(value: unknown): number {
  return amount(value, MAX_TOKENS) ?? 0;
}

/** Returns an amount from 0 to `most`; undefined when the value is negative, larger, or not a number. */
export function amount(value: unknown, most: number): number | undefined {
  return typeof value === "number" && value >= 0 && value <= most ? value : undefined;
}
