/** The Anthropic Messages API, which claude and pi use. */
import type { Failure, Reply } from "./scenario.ts";
import { type AnswerFacts, type Body, type Dialect, type ErrorResponse, seconds, sse, textIn } from "./wire.ts";

export const anthropic: Dialect = {
  asked: (body) => ({
    model: String(body.model),
    streaming: body.stream === true,
    said: list(body.messages).flatMap((message) => (message.role === "user" ? textsOf(message.content) : [])),
    answers: list(body.messages).filter(({ role }) => role === "assistant").length,
    tools: list(body.tools).map(({ name }) => String(name)),
  }),

  events: (reply, facts) => {
    const message = { ...envelope(facts), content: [], stop_reason: null, usage: usage(facts, 1) };
    const send = (event: { type: string; [key: string]: unknown }) => sse(event, event.type);
    return [
      send({ type: "message_start", message }),
      send({
        type: "content_block_start",
        index: 0,
        content_block: { ...block(reply, facts), ...emptyContent(reply) },
      }),
      send({ type: "content_block_delta", index: 0, delta: delta(reply) }),
      send({ type: "content_block_stop", index: 0 }),
      send({
        type: "message_delta",
        delta: { stop_reason: stopReason(reply), stop_sequence: null },
        usage: usage(facts, facts.tokens.output),
      }),
      send({ type: "message_stop" }),
    ];
  },

  whole: (reply, facts) =>
    JSON.stringify({
      ...envelope(facts),
      content: [block(reply, facts)],
      stop_reason: stopReason(reply),
      usage: usage(facts, facts.tokens.output),
    }),

  error: (failure, nowMs) => {
    const { status, type, message } = ERRORS[failure.fail] ?? SERVER_ERROR;
    const body = JSON.stringify({ type: "error", error: { type, message }, request_id: "req_011stand1n" });
    return { status, body, headers: headersOf(failure, nowMs) } satisfies ErrorResponse;
  },
};

const SERVER_ERROR = { status: 500, type: "api_error", message: "Internal server error" };

const ERRORS: Readonly<Record<string, typeof SERVER_ERROR | undefined>> = {
  "429": { status: 429, type: "rate_limit_error", message: "Number of request tokens has exceeded your rate limit" },
  auth: { status: 401, type: "authentication_error", message: "invalid x-api-key" },
  limit: { status: 429, type: "rate_limit_error", message: "This request would exceed your account's rate limit" },
};

/** The headers of a subscription's usage limit, which say when it ends. */
function headersOf(failure: Failure, nowMs: number): Record<string, string> {
  if (failure.fail !== "limit") return { "request-id": "req_011stand1n" };
  const reset = seconds(nowMs) + failure.resets_in_s;
  return {
    "retry-after": `${failure.resets_in_s}`,
    "anthropic-ratelimit-unified-status": "rejected",
    "anthropic-ratelimit-unified-reset": `${reset}`,
    "anthropic-ratelimit-unified-representative-claim": "five_hour",
    "anthropic-ratelimit-unified-5h-status": "rejected",
    "anthropic-ratelimit-unified-5h-reset": `${reset}`,
    "anthropic-ratelimit-unified-5h-utilization": "1.0",
    "anthropic-ratelimit-unified-overage-status": "rejected",
    "anthropic-ratelimit-unified-overage-disabled-reason": "org_level_disabled",
  };
}

/** Returns the text of a user message, without the results of tools. */
function textsOf(content: Body): string[] {
  const text = textIn(typeof content === "string" ? content : list(content).filter(({ type }) => type === "text"));
  return text === "" ? [] : [text];
}

const list = (value: Body): Body[] => (Array.isArray(value) ? value : []);
const stopReason = (reply: Reply) => ("tool" in reply ? "tool_use" : "end_turn");
const emptyContent = (reply: Reply) => ("tool" in reply ? { input: {} } : { text: "" });

function envelope({ id, model }: AnswerFacts) {
  return { id: `msg_${id}`, type: "message", role: "assistant", model, stop_sequence: null };
}

function block(reply: Reply, { id }: AnswerFacts) {
  if (!("tool" in reply)) return { type: "text", text: reply.text };
  return { type: "tool_use", id: `toolu_${id}`, name: reply.tool.name, input: reply.tool.input };
}

function delta(reply: Reply) {
  if (!("tool" in reply)) return { type: "text_delta", text: reply.text };
  return { type: "input_json_delta", partial_json: JSON.stringify(reply.tool.input) };
}

function usage({ tokens }: AnswerFacts, output: number) {
  return {
    input_tokens: tokens.input,
    cache_creation_input_tokens: tokens.cacheWrite,
    cache_read_input_tokens: tokens.cacheRead,
    output_tokens: output,
  };
}
