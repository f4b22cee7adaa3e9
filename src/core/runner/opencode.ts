/** What opencode run prints with --format json. */
import { MAX_CALL_USD } from "../money/call.ts";
import {
  amount,
  answering,
  count,
  failed,
  fatalEvent,
  get,
  identified,
  joinText,
  type Readers,
  textEvent,
  tool,
} from "../stream/fields.ts";

export const OPENCODE: Readers = {
  text: ({ part }) => ({ progress: textEvent(joinText([part])), ...answering(joinText([part])) }),
  tool_use: ({ part }) => ({
    progress: [
      tool(get(part, "tool"), get(part, "state", "input")),
      ...(get(part, "state", "status") === "error" ? [failed(get(part, "tool"))] : []),
    ],
  }),
  step_finish: ({ part }) => ({
    progress: [],
    usage: {
      costUsd: amount(get(part, "cost"), MAX_CALL_USD),
      input: count(get(part, "tokens", "input")),
      output: count(get(part, "tokens", "output")) + count(get(part, "tokens", "reasoning")),
      cacheRead: count(get(part, "tokens", "cache", "read")),
      cacheWrite: count(get(part, "tokens", "cache", "write")),
      ...identified(get(part, "id")),
    },
  }),
  error: ({ error }) => ({ progress: [fatalEvent(get(error, "data", "message") ?? get(error, "name"))] }),
};
