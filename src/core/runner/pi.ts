/** What pi prints with --mode json. */

import { isRecord } from "../json.ts";
import { MAX_CALL_USD } from "../money/call.ts";
import type { Usage } from "../money/usage.ts";
import {
  amount,
  answering,
  count,
  failed,
  fatalEvent,
  get,
  identified,
  joinText,
  ofModel,
  type Readers,
  retryNotice,
  textEvent,
  tool,
  using,
} from "../stream/fields.ts";

export const PI: Readers = {
  tool_execution_start: ({ toolName, args }) => ({ progress: [tool(toolName, args)] }),
  tool_execution_end: ({ toolName, isError }) => ({ progress: isError === true ? [failed(toolName)] : [] }),
  // Usage is repeated in message_update, turn_end and agent_end; here it comes exactly once per answer.
  message_end: (event) => {
    const { message } = event;
    if (message !== undefined && get(message, "role") !== "assistant") return { progress: [] };
    const text = joinText(get(message, "content"));
    // It exits with 0 whatever happens: only this tells that it gave up.
    const error = get(message, "errorMessage");
    const gaveUp = typeof error === "string" || get(message, "stopReason") === "error";
    return {
      progress: [...textEvent(text), ...(gaveUp ? [fatalEvent(error)] : [])],
      ...using(usageOf(message, get(message, "usage") ?? event["usage"])),
      ...(gaveUp ? {} : answering(text)),
    };
  },
  auto_retry_start: ({ attempt, maxAttempts }) => ({
    progress: [retryNotice(`pi tries again (${attempt} of ${maxAttempts})`)],
  }),
};

/** Today's pi has the usage in the message, older ones beside it; its shape is the same. */
function usageOf(message: unknown, usage: unknown): Usage | undefined {
  if (!isRecord(usage)) return undefined;
  return {
    costUsd: amount(get(usage, "cost", "total"), MAX_CALL_USD),
    input: count(usage["input"]),
    output: count(usage["output"]),
    cacheRead: count(usage["cacheRead"]),
    cacheWrite: count(usage["cacheWrite"]),
    ...ofModel(get(message, "model")),
    ...identified(get(message, "responseId") ?? get(message, "timestamp")),
  };
}
