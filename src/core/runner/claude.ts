import { instantOf } from "../limit/limit-body.ts";
import { kindIn } from "../limit/limit-kind.ts";
import { MAX_CALL_USD } from "../money/call.ts";
import type { Usage } from "../money/usage.ts";
import { type HookReport, waits } from "../session/waiting.ts";
import { shellQuote } from "../shell/quote.ts";
import type { EventReaders } from "../stream/event.ts";
import {
  amount,
  count,
  failed,
  fatalEvent,
  get,
  idIn,
  joinText,
  list,
  nonEmptyString,
  retryNotice,
  textEvent,
  tool,
} from "../stream/fields.ts";
import { PROMPT, type RunnerHooks, type RunnerKind, type RunnerTelemetry } from "./runner.ts";

/** claude refuses to skip its permissions for root unless IS_SANDBOX is 1; for other users this sets it to 0. */
const UNATTENDED = "IS_SANDBOX=$((EUID==0)) claude --dangerously-skip-permissions";

/** Trusts the data folder without asking: a worker that may do everything gains nothing by it. */
const TRUSTED = "CLAUDE_CODE_SANDBOXED=1";

/**
 * A typed decision is made without tools, in an empty folder, without the person's settings, hooks and memory files: the
 * model must read nothing but the prompt.
 */
const DECIDE =
  'claude -p --tools "" --strict-mcp-config --setting-sources "" --no-session-persistence --output-format stream-json --verbose';

/** The events of `--output-format stream-json`. */
const EVENTS: EventReaders = {
  system: ({ subtype, error, error_status, attempt, max_retries }) => ({
    progress:
      subtype === "api_retry"
        ? [retryNotice(`${error_status ?? ""} ${error}: claude tries again (${attempt} of ${max_retries})`)]
        : [],
  }),
  assistant: ({ message, session_id }) => ({
    progress: list(get(message, "content")).flatMap((part) => {
      if (get(part, "type") === "tool_use") return [tool(get(part, "name"), get(part, "input"))];
      return textEvent(joinText([part]));
    }),
    usage: usageSoFar(message, session_id),
  }),
  user: ({ message }) => ({
    progress: list(get(message, "content")).flatMap((part) => (get(part, "is_error") === true ? [failed("tool")] : [])),
  }),
  rate_limit_event: ({ rate_limit_info }) => {
    if (get(rate_limit_info, "status") !== "rejected") return { progress: [] };
    const endMs = instantOf(get(rate_limit_info, "resetsAt"));
    return { progress: [], limit: { kind: kindIn(`${get(rate_limit_info, "rateLimitType")}`), endMs } };
  },
  // The text was shown as it came; new are how it ended, and the bill of the whole session.
  result: ({ is_error, result, subtype, total_cost_usd, usage, session_id }) => ({
    ...(is_error === true || typeof result !== "string" ? {} : { answer: result }),
    progress: is_error === true ? [fatalEvent(nonEmptyString(result) ?? subtype)] : [],
    usage: { costUsd: amount(total_cost_usd, MAX_CALL_USD), ...tokensOf(usage), id: idIn(session_id) },
  }),
};

/** How many characters of JSON make one token, about. */
const CHARS_PER_TOKEN = 4;

/**
 * The usage of an answer before the session's bill comes: its input in full, its output as it began and by the length of
 * its text. One answer comes in several events with the same id, each with another part of the text. An answer that claude
 * wrote itself, to report an error, has no usage.
 */
function usageSoFar(message: unknown, sessionId: unknown): Usage | undefined {
  const id = nonEmptyString(get(message, "id"));
  const tokens = tokensOf(get(message, "usage"));
  if (id === undefined || Object.values(tokens).every((it) => it === 0)) return undefined;
  const textTokens = JSON.stringify(get(message, "content") ?? "").length / CHARS_PER_TOKEN;
  const until = nonEmptyString(sessionId) ?? "";
  return { costUsd: undefined, ...tokens, model: nonEmptyString(get(message, "model")), id, until, textTokens };
}

function tokensOf(usage: unknown) {
  return {
    input: count(get(usage, "input_tokens")),
    output: count(get(usage, "output_tokens")),
    cacheRead: count(get(usage, "cache_read_input_tokens")),
    cacheWrite: count(get(usage, "cache_creation_input_tokens")),
  };
}

const TELEMETRY: RunnerTelemetry = {
  script(endpoint) {
    const variables = {
      CLAUDE_CODE_ENABLE_TELEMETRY: "1",
      OTEL_METRICS_EXPORTER: "otlp",
      OTEL_LOGS_EXPORTER: "otlp",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_METRIC_EXPORT_INTERVAL: "10000",
      OTEL_LOGS_EXPORT_INTERVAL: "500",
    };
    const exports = Object.entries(variables).map(([name, value]) => `  export ${name}='${value}'`);
    return `if [ -z "\${!OTEL_@}\${CLAUDE_CODE_ENABLE_TELEMETRY-}" ]; then\n${exports.join("\n")}\nfi\n`;
  },
  usage(name, fields) {
    if (!/^(?:claude_code\.)?api_request$/.test(name)) return undefined;
    const tokens = {
      input: fields.count("input_tokens"),
      output: fields.count("output_tokens"),
      cacheRead: fields.count("cache_read_tokens"),
      cacheWrite: fields.count("cache_creation_tokens"),
    };
    return { costUsd: fields.usd("cost_usd"), tokens };
  },
};

/** The hooks that report a wait or its end. Each gives one JSON object to our command. */
const HOOK_EVENTS = ["PermissionRequest", "Notification", "Elicitation", "Stop", "StopFailure", "UserPromptSubmit"];

const HOOKS: RunnerHooks = {
  // A function does not reach the programs that claude starts, another claude among them. Of two --settings one would be
  // ignored, so a command that has its own goes without hooks.
  script() {
    const hook = [{ hooks: [{ type: "command", command: '"$LOOOP_BIN" _hook claude' }] }];
    const settings = JSON.stringify({ hooks: Object.fromEntries(HOOK_EVENTS.map((name) => [name, hook])) });
    return `claude() {
  local looop_word
  for looop_word; do case $looop_word in --settings | --settings=*) command claude "$@"; return ;; esac; done
  command claude --settings ${shellQuote(settings)} "$@"
}
`;
  },
  read(payload) {
    switch (get(payload, "hook_event_name")) {
      case "PermissionRequest":
        return waits("dialog", `asks for permission: ${get(payload, "tool_name")} ${inputOf(payload)}`);
      case "Notification":
        return notified(get(payload, "notification_type"), get(payload, "message"));
      case "Elicitation":
        return waits("dialog", `asks: ${nonEmptyString(get(payload, "message")) ?? "a question of a tool"}`);
      case "Stop":
        // Its own background work starts the next turn.
        if (list(get(payload, "background_tasks")).length > 0) return { state: "working" };
        return waits("prompt", `its turn is over: ${get(payload, "last_assistant_message") ?? ""}`);
      case "StopFailure":
        return waits("error", `${get(payload, "last_assistant_message") ?? get(payload, "error")}`);
      case "UserPromptSubmit":
        return { state: "working" };
      default:
        return undefined;
    }
  },
};

function notified(type: unknown, message: unknown): HookReport | undefined {
  // PermissionRequest and Stop have said it before, in more words.
  if (type === "permission_prompt" || type === "idle_prompt" || type === "auth_success") return undefined;
  const text = nonEmptyString(message);
  return text === undefined ? undefined : waits("dialog", text);
}

function inputOf(payload: unknown): string {
  const input = get(payload, "tool_input");
  return nonEmptyString(get(input, "command")) ?? nonEmptyString(get(input, "file_path")) ?? "";
}

export const CLAUDE: RunnerKind = {
  name: "claude",
  commands: {
    tick: `${UNATTENDED} -p --output-format stream-json --verbose --model sonnet`,
    decide: `${DECIDE} --model sonnet`,
    interactive: `${TRUSTED} ${UNATTENDED} ${PROMPT}`,
    resume: "claude --resume",
  },
  install: "npm install -g @anthropic-ai/claude-code",
  login: {
    errors: /invalid api key|not logged in|please run \/login|oauth token|authentication_error/i,
    command: "claude /login",
  },
  defaultModel: "sonnet",
  provider: "anthropic",
  events: EVENTS,
  telemetry: TELEMETRY,
  hooks: HOOKS,
};
