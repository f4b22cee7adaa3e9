/** The OpenAI Responses API, which codex uses. */
import type { Failure, Reply } from "./scenario.ts";
import { type AnswerFacts, type Body, type Dialect, type ErrorResponse, seconds, sse, textIn } from "./wire.ts";

export const responses: Dialect = {
  asked: (body) => ({
    model: String(body.model),
    streaming: body.stream === true,
    said: list(body.input).flatMap((item) =>
      item.role === "user" && textIn(item.content) !== "" ? [textIn(item.content)] : [],
    ),
    answers: list(body.input).filter((item) => item.role === "assistant" || item.type === "function_call").length,
    tools: list(body.tools).map(({ name, type }) => String(name ?? type)),
  }),

  events: (reply, facts) => {
    const send = (event: { type: string; [key: string]: unknown }) => sse(event, event.type);
    const done = item(reply, facts);
    return [
      send({ type: "response.created", response: { ...envelope(facts), status: "in_progress", output: [] } }),
      send({ type: "response.output_item.added", output_index: 0, item: { ...done, status: "in_progress" } }),
      ...("tool" in reply
        ? []
        : [send({ type: "response.output_text.delta", item_id: done.id, content_index: 0, delta: reply.text })]),
      send({ type: "response.output_item.done", output_index: 0, item: done }),
      send({ type: "response.completed", response: finished(reply, facts) }),
    ];
  },

  whole: (reply, facts) => JSON.stringify(finished(reply, facts)),

  error: (failure, nowMs) => {
    const { status, type, message } = ERRORS[failure.fail] ?? SERVER_ERROR;
    const body = JSON.stringify({ error: { type, message, code: type, ...resetOf(failure, nowMs) } });
    return { status, body } satisfies ErrorResponse;
  },
};

const SERVER_ERROR = { status: 500, type: "server_error", message: "The server had an error" };

const ERRORS: Readonly<Record<string, typeof SERVER_ERROR | undefined>> = {
  "429": { status: 429, type: "rate_limit_exceeded", message: "Rate limit reached for requests" },
  auth: { status: 401, type: "invalid_api_key", message: "Incorrect API key provided" },
  limit: { status: 429, type: "usage_limit_reached", message: "The usage limit has been reached" },
};

function resetOf(failure: Failure, nowMs: number): object {
  if (failure.fail !== "limit") return {};
  const { resets_in_s } = failure;
  return { plan_type: "plus", resets_at: seconds(nowMs) + resets_in_s, resets_in_seconds: resets_in_s };
}

const list = (value: Body): Body[] => (Array.isArray(value) ? value : []);

function envelope({ id, model }: AnswerFacts) {
  return { id: `resp_${id}`, object: "response", model, created_at: 0 };
}

function item(reply: Reply, { id }: AnswerFacts) {
  if ("tool" in reply) {
    const { name, input } = reply.tool;
    const call = { call_id: `call_${id}`, name, arguments: JSON.stringify(input) };
    return { type: "function_call", id: `fc_${id}`, status: "completed", ...call };
  }
  const content = [{ type: "output_text", text: reply.text, annotations: [] }];
  return { type: "message", id: `msg_${id}`, status: "completed", role: "assistant", content };
}

function finished(reply: Reply, facts: AnswerFacts) {
  const { input, output, cacheRead, cacheWrite } = facts.tokens;
  const tokensIn = input + cacheRead + cacheWrite;
  return {
    ...envelope(facts),
    status: "completed",
    output: [item(reply, facts)],
    usage: {
      input_tokens: tokensIn,
      input_tokens_details: { cached_tokens: cacheRead },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: tokensIn + output,
    },
  };
}
