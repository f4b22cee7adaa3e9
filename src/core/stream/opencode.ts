/** What opencode run prints with --format json. */
import { MAX_CALL_USD } from "../money/call.ts";
import { amount, answering, at, broken, count, failed, identified, type Readers, said, texts, tool } from "./fields.ts";

export const OPENCODE: Readers = {
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
      costUsd: amount(at(part, "cost"), MAX_CALL_USD),
      input: count(at(part, "tokens", "input")),
      output: count(at(part, "tokens", "output")) + count(at(part, "tokens", "reasoning")),
      cacheRead: count(at(part, "tokens", "cache", "read")),
      cacheWrite: count(at(part, "tokens", "cache", "write")),
      ...identified(at(part, "id")),
    },
  }),
  error: ({ error }) => ({ progress: [broken(at(error, "data", "message") ?? at(error, "name"))] }),
};
