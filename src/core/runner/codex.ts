/** What codex exec prints with --json: tokens, but no money. */

import type { Usage } from "../money/usage.ts";
import type { Progress } from "../stream/event.ts";
import {
  answering,
  count,
  failed,
  fatalEvent,
  get,
  joinText,
  nonEmptyString,
  type Readers,
  retryNotice,
  textEvent,
  tool,
} from "../stream/fields.ts";

export const CODEX: Readers = {
  "thread.started": ({ thread_id }) => {
    const thread = nonEmptyString(thread_id);
    return { progress: [], ...(thread === undefined ? {} : { thread }) };
  },
  "item.started": ({ item }) => ({ progress: started(item) }),
  "item.completed": ({ item }) => {
    if (get(item, "type") === "agent_message")
      return { progress: textEvent(joinText([item])), ...answering(joinText([item])) };
    // A warning, such as that it does not know the model.
    if (get(item, "type") === "error") return { progress: [retryNotice(get(item, "message"))] };
    return { progress: get(item, "status") === "failed" ? [failed(nameOf(item))] : [] };
  },
  "turn.completed": ({ usage }) => ({ progress: [], usage: usageOf(usage) }),
  // It comes for each try that failed, too; only the end of the turn tells that no other follows.
  error: ({ message }) => ({ progress: [retryNotice(message)] }),
  "turn.failed": ({ error }) => ({ progress: [fatalEvent(get(error, "message"))] }),
};

/** The sums of the thread so far; the cached tokens are among those that went in. */
function usageOf(usage: unknown): Usage {
  const [cacheRead, cacheWrite] = [
    count(get(usage, "cached_input_tokens")),
    count(get(usage, "cache_write_input_tokens")),
  ];
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
