/** What claude prints with --output-format stream-json. */
import { MAX_CALL_USD } from "../money/call.ts";
import type { Usage } from "../money/usage.ts";
import {
  amount,
  at,
  broken,
  count,
  failed,
  identified,
  list,
  ofModel,
  type Readers,
  said,
  textOf,
  texts,
  tool,
  trouble,
  using,
} from "./fields.ts";

export const CLAUDE: Readers = {
  system: ({ subtype, error, error_status, attempt, max_retries }) => ({
    progress:
      subtype === "api_retry"
        ? [trouble(`${error_status ?? ""} ${error}: claude tries again (${attempt} of ${max_retries})`)]
        : [],
  }),
  assistant: ({ message, session_id }) => ({
    progress: list(at(message, "content")).flatMap((part) => {
      if (at(part, "type") === "tool_use") return [tool(at(part, "name"), at(part, "input"))];
      return said(texts([part]));
    }),
    ...using(underWay(message, session_id)),
  }),
  user: ({ message }) => ({
    progress: list(at(message, "content")).flatMap((part) => (at(part, "is_error") === true ? [failed("tool")] : [])),
  }),
  rate_limit_event: ({ rate_limit_info }) => {
    const resetsAt = at(rate_limit_info, "resetsAt");
    const isOver = at(rate_limit_info, "status") === "rejected";
    return { progress: [], ...(isOver && typeof resetsAt === "number" ? { resetMs: resetsAt * 1_000 } : {}) };
  },
  // The text was shown as it came; what is new here is how it ended, and the bill of the whole session.
  result: ({ is_error, result, subtype, total_cost_usd, usage, session_id }) => ({
    ...(is_error === true || typeof result !== "string" ? {} : { answer: result }),
    progress: is_error === true ? [broken(textOf(result) ?? subtype)] : [],
    usage: { costUsd: amount(total_cost_usd, MAX_CALL_USD), ...tokensOf(usage), ...identified(session_id) },
  }),
};

/**
 * What an answer under way is known to take, until the bill of the session comes: input in full, output as it began. An
 * answer comes in several events, each with the same id; one that claude made itself, of an error, took nothing.
 */
function underWay(message: unknown, session: unknown): Usage | undefined {
  const [id, of] = [textOf(at(message, "id")), textOf(session)];
  const tokens = tokensOf(at(message, "usage"));
  if (id === undefined || of === undefined || Object.values(tokens).every((it) => it === 0)) return undefined;
  return { costUsd: undefined, ...tokens, ...ofModel(at(message, "model")), id, until: of };
}

function tokensOf(usage: unknown) {
  return {
    input: count(at(usage, "input_tokens")),
    output: count(at(usage, "output_tokens")),
    cacheRead: count(at(usage, "cache_read_input_tokens")),
    cacheWrite: count(at(usage, "cache_creation_input_tokens")),
  };
}
