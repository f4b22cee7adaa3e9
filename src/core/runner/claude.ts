/** What claude prints with --output-format stream-json. */
import { MAX_CALL_USD } from "../money/call.ts";
import type { Usage } from "../money/usage.ts";
import {
  amount,
  count,
  failed,
  fatalEvent,
  get,
  identified,
  joinText,
  list,
  nonEmptyString,
  ofModel,
  type Readers,
  retryNotice,
  textEvent,
  tool,
  using,
} from "../stream/fields.ts";

export const CLAUDE: Readers = {
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
    ...using(underWay(message, session_id)),
  }),
  user: ({ message }) => ({
    progress: list(get(message, "content")).flatMap((part) => (get(part, "is_error") === true ? [failed("tool")] : [])),
  }),
  rate_limit_event: ({ rate_limit_info }) => {
    const resetsAt = get(rate_limit_info, "resetsAt");
    const isOver = get(rate_limit_info, "status") === "rejected";
    return { progress: [], ...(isOver && typeof resetsAt === "number" ? { resetMs: resetsAt * 1_000 } : {}) };
  },
  // The text was shown as it came; what is new here is how it ended, and the bill of the whole session.
  result: ({ is_error, result, subtype, total_cost_usd, usage, session_id }) => ({
    ...(is_error === true || typeof result !== "string" ? {} : { answer: result }),
    progress: is_error === true ? [fatalEvent(nonEmptyString(result) ?? subtype)] : [],
    usage: { costUsd: amount(total_cost_usd, MAX_CALL_USD), ...tokensOf(usage), ...identified(session_id) },
  }),
};

/**
 * What an answer under way is known to take, until the bill of the session comes: input in full, output as it began. An
 * answer comes in several events, each with the same id; one that claude made itself, of an error, took nothing.
 */
function underWay(message: unknown, session: unknown): Usage | undefined {
  const [id, of] = [nonEmptyString(get(message, "id")), nonEmptyString(session)];
  const tokens = tokensOf(get(message, "usage"));
  if (id === undefined || of === undefined || Object.values(tokens).every((it) => it === 0)) return undefined;
  return { costUsd: undefined, ...tokens, ...ofModel(get(message, "model")), id, until: of };
}

function tokensOf(usage: unknown) {
  return {
    input: count(get(usage, "input_tokens")),
    output: count(get(usage, "output_tokens")),
    cacheRead: count(get(usage, "cache_read_input_tokens")),
    cacheWrite: count(get(usage, "cache_creation_input_tokens")),
  };
}
