/** What the readers of each runner's events have in common. */
import { isRecord, parseJson } from "../json.ts";
import type { Usage } from "../money/usage.ts";
import type { Progress } from "./event.ts";

/** Longest error message shown, in characters. */
const ERROR_CHARS = 500;

/** How much of large arguments is looked at, in characters. */
const ARGS_CHARS = 10_000;

/** The most tokens that one call is believed to take: more is a broken record. */
const MAX_TOKENS = 1e12;

/** What is at the end of a path of keys, or undefined. */
export function get(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value);
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text that is not empty, or undefined. */
export function nonEmptyString(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The text of the parts that have some, as one. */
export function joinText(parts: unknown): string {
  return list(parts)
    .map((part) => get(part, "text"))
    .filter((text) => typeof text === "string")
    .join("");
}

/** Something the model says. */
export function textEvent(text: string): Progress[] {
  return text === "" ? [] : [{ kind: "text", text }];
}

/** A tool that did not do what it was asked to. */
export function failed(name: unknown): Progress {
  return { kind: "failed", what: `${nonEmptyString(name) ?? "tool"} failed` };
}

/** Trouble that the runner itself deals with. */
export function retryNotice(what: unknown): Progress {
  return { kind: "failed", what: worded(what) };
}

/** The runner itself gave up. */
export function fatalEvent(what: unknown): Progress {
  return { kind: "failed", what: worded(what), fatal: true };
}

/** An error in words: of an answer of an API, which some runners show as it came, its message. */
function worded(what: unknown): string {
  const text = nonEmptyString(what)?.trim();
  if (text === undefined) return "the runner reports an error";
  const start = text.indexOf("{");
  const error = start < 0 ? undefined : get(parseJson(text.slice(start)), "error");
  const message = nonEmptyString(get(error, "message"));
  return (message === undefined ? text : `${text.slice(0, start)}${message}`).slice(0, ERROR_CHARS);
}

/** A tool at work, with the command or the file, else all arguments. */
export function tool(name: unknown, args: unknown): Progress {
  return { kind: "tool", name: nonEmptyString(name) ?? "tool", about: aboutOf(args).slice(0, ARGS_CHARS) };
}

/** The first key that is there decides, whatever it holds. */
function aboutOf(args: unknown): string {
  if (typeof args === "string") return args;
  if (!isRecord(args)) return "";
  const key = ["command", "path", "file_path", "filePath"].find((name) => name in args);
  const value = key === undefined ? undefined : args[key];
  if (typeof value === "string") return value;
  return Object.keys(args).length === 0 ? "" : JSON.stringify(args);
}

/** A message that only calls tools is no answer. */
export function answering(text: string): { answer?: string } {
  return text === "" ? {} : { answer: text };
}

export function using(usage: Usage | undefined): { usage?: Usage } {
  return usage === undefined ? {} : { usage };
}

/** The id that a program gave, as part of a usage. */
export function identified(id: unknown): { id?: string } {
  return typeof id === "string" || typeof id === "number" ? { id: String(id) } : {};
}

/** The model that a program named, as part of a usage. */
export function ofModel(model: unknown): { model?: string } {
  const name = nonEmptyString(model);
  return name === undefined ? {} : { model: name };
}

/** A number of tokens; what can be none is dropped. */
export function count(value: unknown): number {
  return amount(value, MAX_TOKENS) ?? 0;
}

/** An amount up to `most`, or undefined when it can be none: negative, huge, no number. */
export function amount(value: unknown, most: number): number | undefined {
  return typeof value === "number" && value >= 0 && value <= most ? value : undefined;
}
