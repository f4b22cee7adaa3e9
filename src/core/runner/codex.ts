import type { Usage } from "../money/usage.ts";
import type { EventReaders, Progress } from "../stream/event.ts";
import {
  count,
  failed,
  fatalEvent,
  get,
  joinText,
  nonEmptyString,
  retryNotice,
  textEvent,
  tool,
} from "../stream/fields.ts";
import { PROMPT, type RunnerHooks, type RunnerKind, type RunnerTelemetry } from "./runner.ts";

/** The events of `codex exec --json`: they report tokens, but no cost. */
const EVENTS: EventReaders = {
  "thread.started": ({ thread_id }) => ({ progress: [], thread: nonEmptyString(thread_id) }),
  "item.started": ({ item }) => ({ progress: started(item) }),
  "item.completed": ({ item }) => {
    if (get(item, "type") === "agent_message")
      return { progress: textEvent(joinText([item])), answer: nonEmptyString(joinText([item])) };
    // A warning, such as one about a model that it does not know.
    if (get(item, "type") === "error") return { progress: [retryNotice(get(item, "message"))] };
    return { progress: get(item, "status") === "failed" ? [failed(nameOf(item))] : [] };
  },
  "turn.completed": ({ usage }) => ({ progress: [], usage: usageOf(usage) }),
  // It comes for each try that failed, too; only the end of the turn tells that no other follows.
  error: (event) => ("message" in event ? { progress: [retryNotice(event["message"])] } : undefined),
  "turn.failed": ({ error }) => ({ progress: [fatalEvent(get(error, "message"))] }),
};

/** The sums of the thread so far; its input includes the cached tokens. */
function usageOf(usage: unknown): Usage {
  const cacheRead = count(get(usage, "cached_input_tokens"));
  const cacheWrite = count(get(usage, "cache_write_input_tokens"));
  return {
    costUsd: undefined,
    input: Math.max(0, count(get(usage, "input_tokens")) - cacheRead - cacheWrite),
    output: count(get(usage, "output_tokens")),
    cacheRead,
    cacheWrite,
    ofThread: true,
  };
}

function started(item: unknown): Progress[] {
  switch (get(item, "type")) {
    case "command_execution":
    case "web_search":
      return [tool(nameOf(item), get(item, "command") ?? get(item, "query"))];
    case "mcp_tool_call":
      return [tool(nameOf(item), get(item, "arguments"))];
    default:
      return [];
  }
}

function nameOf(item: unknown): unknown {
  return get(item, "tool") ?? get(item, "type");
}

const TELEMETRY: RunnerTelemetry = {
  // Its exporter can be set only by an option, so the script puts a function of the program's name before it.
  script(endpoint) {
    const exporter = `otel.exporter={"otlp-http"={endpoint="${endpoint}/v1/logs",protocol="json"}}`;
    return `codex() {
  if grep -qs '^[[:space:]]*\\[*otel' "\${CODEX_HOME:-$HOME/.codex}/config.toml"; then
    command codex "$@"
  else
    command codex -c '${exporter}' "$@"
  fi
}
`;
  },
  usage(name, fields) {
    if (name !== "codex.sse_event" || fields.get("event.kind") !== "response.completed") return undefined;
    // It reports each response twice, once without its tokens.
    if (fields.get("input_token_count") === undefined) return undefined;
    const cacheRead = fields.count("cached_token_count");
    const cacheWrite = fields.count("cache_write_token_count");
    const input = Math.max(0, fields.count("input_token_count") - cacheRead - cacheWrite);
    return { costUsd: undefined, tokens: { input, cacheRead, cacheWrite, output: fields.count("output_token_count") } };
  },
};

/**
 * Its hooks need the person's trust, and its `notify` also reports turns of its own. So it is told to send a notification
 * through the terminal (OSC 9) at each approval and each end of a turn, whether the terminal has the focus or not.
 */
const HOOKS: RunnerHooks = {
  script:
    () => `if declare -F codex >/dev/null; then eval "looop_$(declare -f codex)"; else looop_codex() { command codex "$@"; }; fi
codex() {
  looop_codex -c tui.notifications=true -c 'tui.notification_method="osc9"' -c 'tui.notification_condition="always"' "$@"
}
`,
};

export const CODEX: RunnerKind = {
  name: "codex",
  commands: {
    tick: "codex exec --json --skip-git-repo-check --dangerously-bypass-approvals-and-sandbox -",
    decide: "codex exec --json --sandbox read-only --ephemeral --skip-git-repo-check -c project_doc_max_bytes=0 -",
    interactive: `codex --dangerously-bypass-approvals-and-sandbox ${PROMPT}`,
    resume: "codex resume",
  },
  install: "npm install -g @openai/codex",
  login: {
    errors: /401 unauthorized|incorrect api key|not logged in|sign in again|token (?:has )?expired/i,
    command: "codex login",
  },
  readsFiles: true,
  // The most expensive of the models it offers that has a price.
  defaultModel: "gpt-5.6",
  provider: "openai",
  events: EVENTS,
  telemetry: TELEMETRY,
  hooks: HOOKS,
};
