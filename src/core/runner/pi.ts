import { isRecord } from "../json.ts";
import { MAX_CALL_USD } from "../money/call.ts";
import type { Usage } from "../money/usage.ts";
import { ownReport } from "../session/waiting.ts";
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
  nonEmptyString,
  retryNotice,
  textEvent,
  tool,
} from "../stream/fields.ts";
import extension from "./pi-extension.txt" with { type: "text" };
import { PROMPT_FILE, type RunnerHooks, type RunnerKind } from "./runner.ts";

/** The events of `--mode json`. */
const EVENTS: EventReaders = {
  tool_execution_start: ({ toolName, args }) => ({ progress: [tool(toolName, args)] }),
  tool_execution_end: ({ toolName, isError }) => ({ progress: isError === true ? [failed(toolName)] : [] }),
  // message_update, turn_end and agent_end repeat the usage; this event has it exactly once per answer.
  message_end: (event) => {
    const { message } = event;
    if (message !== undefined && get(message, "role") !== "assistant") return { progress: [] };
    const text = joinText(get(message, "content"));
    // It always exits with 0: only this tells that it gave up.
    const error = get(message, "errorMessage");
    const gaveUp = typeof error === "string" || get(message, "stopReason") === "error";
    return {
      progress: [...textEvent(text), ...(gaveUp ? [fatalEvent(error)] : [])],
      usage: usageOf(message, get(message, "usage") ?? event["usage"]),
      answer: gaveUp ? undefined : nonEmptyString(text),
    };
  },
  auto_retry_start: ({ attempt, maxAttempts }) => ({
    progress: [retryNotice(`pi tries again (${attempt} of ${maxAttempts})`)],
  }),
};

/** Current versions have the usage inside the message, older ones next to it, in the same shape. */
function usageOf(message: unknown, usage: unknown): Usage | undefined {
  if (!isRecord(usage)) return undefined;
  return {
    costUsd: amount(get(usage, "cost", "total"), MAX_CALL_USD),
    input: count(usage["input"]),
    output: count(usage["output"]),
    cacheRead: count(usage["cacheRead"]),
    cacheWrite: count(usage["cacheWrite"]),
    model: nonEmptyString(get(message, "model")),
    id: idIn(get(message, "responseId") ?? get(message, "timestamp")),
  };
}

/** Reports the end of each turn. pi asks for no permission. */
const HOOKS: RunnerHooks = {
  file: { name: "pi.js", text: extension },
  script: (folder) => `pi() { command pi -e ${shellQuote(`${folder}/pi.js`)} "$@"; }\n`,
  read: ownReport,
};

export const PI: RunnerKind = {
  name: "pi",
  commands: {
    tick: "pi -p --mode json -ne --model claude-sonnet-4-5 --thinking low",
    decide: "pi -p --mode json -ne -ns -np -nc --no-tools --no-session --model claude-sonnet-4-5 --thinking low",
    interactive: `pi --thinking medium @${PROMPT_FILE}`,
    resume: "pi --session",
  },
  install: "npm install -g @mariozechner/pi-coding-agent",
  login: { errors: /\b401\b|invalid x-api-key|no api key|authentication_error/i, command: "pi, then /login" },
  defaultModel: "claude-sonnet",
  events: EVENTS,
  hooks: HOOKS,
};
