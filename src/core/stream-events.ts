/** The events of each runner that say something. Shapes as the programs print them today; see the tests for samples. */
import { isRecord } from "./json.ts";
import type { Event, Progress, Usage } from "./stream.ts";

type Json = Readonly<Record<string, unknown>>;

/** pi --mode json */
const PI: Readonly<Record<string, (event: Json) => Event>> = {
  tool_execution_start: ({ toolName, args }) => ({ progress: [tool(toolName, args)] }),
  tool_execution_end: ({ toolName, isError }) => ({ progress: isError === true ? [failed(toolName)] : [] }),
  // Usage is repeated in message_update, turn_end and agent_end; here it comes exactly once per answer.
  message_end: (event) => {
    const { message } = event;
    if (message !== undefined && at(message, "role") !== "assistant") return { progress: [] };
    const error = at(message, "errorMessage");
    return {
      progress: [...said(texts(at(message, "content"))), ...(typeof error === "string" ? [broken(error)] : [])],
      ...using(piUsage(at(message, "usage") ?? event["usage"])),
      ...answering(texts(at(message, "content"))),
    };
  },
};

/** Today's pi has the usage in the message, older ones beside it; its shape is the same. */
function piUsage(usage: unknown): Usage | undefined {
  if (!isRecord(usage)) return undefined;
  return {
    costUsd: amount(at(usage, "cost", "total")),
    tokensIn: sum(usage["input"], usage["cacheRead"], usage["cacheWrite"]),
    tokensOut: sum(usage["output"]),
  };
}

/** claude --output-format stream-json */
const CLAUDE: typeof PI = {
  assistant: ({ message }) => ({
    progress: list(at(message, "content")).flatMap((part) => {
      if (at(part, "type") === "tool_use") return [tool(at(part, "name"), at(part, "input"))];
      return said(texts([part]));
    }),
  }),
  user: ({ message }) => ({
    progress: list(at(message, "content")).flatMap((part) => (at(part, "is_error") === true ? [failed("tool")] : [])),
  }),
  // The text was shown as it came; what is new here is how it ended, and the bill of the whole session.
  result: ({ is_error, result, subtype, total_cost_usd, usage, session_id }) => ({
    ...(is_error === true || typeof result !== "string" ? {} : { answer: result }),
    progress: is_error === true ? [broken(typeof result === "string" && result !== "" ? result : subtype)] : [],
    usage: {
      costUsd: amount(total_cost_usd),
      tokensIn: sum(
        at(usage, "input_tokens"),
        at(usage, "cache_read_input_tokens"),
        at(usage, "cache_creation_input_tokens"),
      ),
      tokensOut: sum(at(usage, "output_tokens")),
      ...(typeof session_id === "string" ? { session: session_id } : {}),
    },
  }),
};

/** codex exec --json: tokens, but no money. */
const CODEX: typeof PI = {
  "item.started": ({ item }) => ({ progress: codexTool(item) }),
  "item.completed": ({ item }) => {
    if (at(item, "type") === "agent_message") return { progress: said(texts([item])), ...answering(texts([item])) };
    if (at(item, "type") === "error") return { progress: [broken(at(item, "message"))] };
    return { progress: at(item, "status") === "failed" ? [failed(codexName(item))] : [] };
  },
  "turn.completed": ({ usage }) => ({
    progress: [],
    usage: {
      costUsd: undefined,
      tokensIn: sum(at(usage, "input_tokens")), // the cached ones are among them
      tokensOut: sum(at(usage, "output_tokens")),
    },
  }),
  "turn.failed": ({ error }) => ({ progress: [broken(at(error, "message"))] }),
};

function codexTool(item: unknown): Progress[] {
  switch (at(item, "type")) {
    case "command_execution":
    case "web_search":
      return [tool(codexName(item), at(item, "command") ?? at(item, "query"))];
    case "mcp_tool_call":
      return [tool(codexName(item), at(item, "arguments"))];
    default:
      return [];
  }
}

function codexName(item: unknown): unknown {
  return at(item, "tool") ?? at(item, "type");
}

/** opencode run --format json */
const OPENCODE: typeof PI = {
  text: ({ part }) => ({ progress: said(texts([part])), ...answering(texts([part])) }),
  tool_use: ({ part }) => ({
    progress: [
      tool(at(part, "tool"), at(part, "state", "input")),
      ...(at(part, "state", "status") === "error" ? [failed(at(part, "tool"))] : []),
    ],
  }),
  step_finish: ({ part }) => ({
    progress: [],
    usage: {
      costUsd: amount(at(part, "cost")),
      tokensIn: sum(
        at(part, "tokens", "input"),
        at(part, "tokens", "cache", "read"),
        at(part, "tokens", "cache", "write"),
      ),
      tokensOut: sum(at(part, "tokens", "output"), at(part, "tokens", "reasoning")),
    },
  }),
};

/** By the type of an event. No two runners share one but `error`, which codex and opencode fill differently. */
export const READERS: typeof PI = {
  ...PI,
  ...CLAUDE,
  ...CODEX,
  ...OPENCODE,
  error: ({ message, error }) => ({ progress: [broken(message ?? at(error, "data", "message") ?? at(error, "name"))] }),
};

/** What is at the end of a path of keys, or undefined. */
function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text of the parts that have some, as one. */
function texts(parts: unknown): string {
  return list(parts)
    .map((part) => at(part, "text"))
    .filter((text) => typeof text === "string")
    .join("");
}

const said = (text: string): Progress[] => (text === "" ? [] : [{ kind: "text", text }]);
const named = (name: unknown) => (typeof name === "string" && name !== "" ? name : "tool");
const failed = (name: unknown): Progress => ({ kind: "failed", what: `${named(name)} failed` });
const broken = (what: unknown): Progress => ({
  kind: "failed",
  what: typeof what === "string" && what !== "" ? what.slice(0, ERROR_CHARS) : "the runner reports an error",
  fatal: true,
});

/** Longest error message shown, in characters. */
const ERROR_CHARS = 500;

/** How much of large arguments is looked at, in characters. */
const ARGS_CHARS = 10_000;

function tool(name: unknown, args: unknown): Progress {
  return { kind: "tool", name: named(name), about: aboutOf(args).slice(0, ARGS_CHARS) };
}

/** The command or the file, else all arguments. The first key that is there decides, whatever it holds. */
function aboutOf(args: unknown): string {
  if (typeof args === "string") return args;
  if (!isRecord(args)) return "";
  const key = ["command", "path", "file_path", "filePath"].find((name) => name in args);
  const value = key === undefined ? undefined : args[key];
  if (typeof value === "string") return value;
  return Object.keys(args).length === 0 ? "" : JSON.stringify(args);
}

/** A message that only calls tools is no answer. */
function answering(text: string): { answer?: string } {
  return text === "" ? {} : { answer: text };
}

function using(usage: Usage | undefined): { usage?: Usage } {
  return usage === undefined ? {} : { usage };
}

function amount(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function sum(...values: readonly unknown[]): number {
  return values.reduce<number>((total, value) => total + (amount(value) ?? 0), 0);
}
