/** What pi prints with --mode json. */

import { isRecord } from "../json.ts";
import { MAX_CALL_USD } from "../money/call.ts";
import type { Usage } from "../money/usage.ts";
import {
  amount,
  answering,
  at,
  broken,
  count,
  failed,
  identified,
  ofModel,
  type Readers,
  said,
  texts,
  tool,
  trouble,
  using,
} from "./fields.ts";

export const PI: Readers = {
  tool_execution_start: ({ toolName, args }) => ({ progress: [tool(toolName, args)] }),
  tool_execution_end: ({ toolName, isError }) => ({ progress: isError === true ? [failed(toolName)] : [] }),
  // Usage is repeated in message_update, turn_end and agent_end; here it comes exactly once per answer.
  message_end: (event) => {
    const { message } = event;
    if (message !== undefined && at(message, "role") !== "assistant") return { progress: [] };
    const text = texts(at(message, "content"));
    // It exits with 0 whatever happens: only this tells that it gave up.
    const error = at(message, "errorMessage");
    const gaveUp = typeof error === "string" || at(message, "stopReason") === "error";
    return {
      progress: [...said(text), ...(gaveUp ? [broken(error)] : [])],
      ...using(usageOf(message, at(message, "usage") ?? event["usage"])),
      ...(gaveUp ? {} : answering(text)),
    };
  },
  auto_retry_start: ({ attempt, maxAttempts }) => ({
    progress: [trouble(`pi tries again (${attempt} of ${maxAttempts})`)],
  }),
};

/** Today's pi has the usage in the message, older ones beside it; its shape is the same. */
function usageOf(message: unknown, usage: unknown): Usage | undefined {
  if (!isRecord(usage)) return undefined;
  return {
    costUsd: amount(at(usage, "cost", "total"), MAX_CALL_USD),
    input: count(usage["input"]),
    output: count(usage["output"]),
    cacheRead: count(usage["cacheRead"]),
    cacheWrite: count(usage["cacheWrite"]),
    ...ofModel(at(message, "model")),
    ...identified(at(message, "responseId") ?? at(message, "timestamp")),
  };
}
