/** What codex exec prints with --json: tokens, but no money. */

import type { Usage } from "../money/usage.ts";
import type { Progress } from "./event.ts";
import { answering, at, broken, count, failed, type Readers, said, textOf, texts, tool, trouble } from "./fields.ts";

export const CODEX: Readers = {
  "thread.started": ({ thread_id }) => {
    const thread = textOf(thread_id);
    return { progress: [], ...(thread === undefined ? {} : { thread }) };
  },
  "item.started": ({ item }) => ({ progress: started(item) }),
  "item.completed": ({ item }) => {
    if (at(item, "type") === "agent_message") return { progress: said(texts([item])), ...answering(texts([item])) };
    // A warning, such as that it does not know the model.
    if (at(item, "type") === "error") return { progress: [trouble(at(item, "message"))] };
    return { progress: at(item, "status") === "failed" ? [failed(nameOf(item))] : [] };
  },
  "turn.completed": ({ usage }) => ({ progress: [], usage: usageOf(usage) }),
  // It comes for each try that failed, too; only the end of the turn tells that no other follows.
  error: ({ message }) => ({ progress: [trouble(message)] }),
  "turn.failed": ({ error }) => ({ progress: [broken(at(error, "message"))] }),
};

/** The sums of the thread so far; the cached tokens are among those that went in. */
function usageOf(usage: unknown): Usage {
  const [cacheRead, cacheWrite] = [
    count(at(usage, "cached_input_tokens")),
    count(at(usage, "cache_write_input_tokens")),
  ];
  return {
    costUsd: undefined,
    input: Math.max(0, count(at(usage, "input_tokens")) - cacheRead - cacheWrite),
    output: count(at(usage, "output_tokens")),
    cacheRead,
    cacheWrite,
    ofThread: true,
  };
}

function started(item: unknown): Progress[] {
  switch (at(item, "type")) {
    case "command_execution":
    case "web_search":
      return [tool(nameOf(item), at(item, "command") ?? at(item, "query"))];
    case "mcp_tool_call":
      return [tool(nameOf(item), at(item, "arguments"))];
    default:
      return [];
  }
}

function nameOf(item: unknown): unknown {
  return at(item, "tool") ?? at(item, "type");
}
