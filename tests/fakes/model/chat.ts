/** The OpenAI Chat Completions API, which opencode uses. */
import type { Failure, Reply } from "./scenario.ts";
import { type AnswerFacts, type Body, type Dialect, type ErrorResponse, sse, textIn } from "./wire.ts";

export const chat: Dialect = {
  asked: (body) => ({
    model: String(body.model),
    streaming: body.stream === true,
    said: list(body.messages).flatMap(({ role, content }) => (role === "user" ? [textIn(content)] : [])),
    answers: list(body.messages).filter(({ role }) => role === "assistant").length,
    tools: list(body.tools).map((tool) => String(tool.function?.name)),
  }),

  events: (reply, facts) => [
    sse(chunk(facts, [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }])),
    sse(chunk(facts, [{ index: 0, delta: piece(reply, facts), finish_reason: null }])),
    sse(chunk(facts, [{ index: 0, delta: {}, finish_reason: finish(reply) }])),
    sse({ ...chunk(facts, []), usage: usage(facts) }),
    sse("[DONE]"),
  ],

  whole: (reply, facts) =>
    JSON.stringify({
      ...envelope(facts),
      object: "chat.completion",
      choices: [{ index: 0, message: { role: "assistant", ...piece(reply, facts) }, finish_reason: finish(reply) }],
      usage: usage(facts),
    }),

  error: (failure) => {
    const { status, type, message } = ERRORS[failure.fail] ?? SERVER_ERROR;
    const body = JSON.stringify({ error: { type, code: type, message } });
    return { status, body, headers: headersOf(failure) } satisfies ErrorResponse;
  },
};

const SERVER_ERROR = { status: 500, type: "server_error", message: "The server had an error" };

const ERRORS: Readonly<Record<string, typeof SERVER_ERROR | undefined>> = {
  "429": { status: 429, type: "rate_limit_exceeded", message: "Rate limit reached for requests" },
  auth: { status: 401, type: "invalid_api_key", message: "Incorrect API key provided" },
  limit: { status: 429, type: "usage_limit_reached", message: "The usage limit has been reached" },
};

function headersOf(failure: Failure): Record<string, string> {
  return failure.fail === "limit" ? { "retry-after": `${failure.resets_in_s}` } : {};
}

const list = (value: Body): Body[] => (Array.isArray(value) ? value : []);
const finish = (reply: Reply) => ("tool" in reply ? "tool_calls" : "stop");

function envelope({ id, model }: AnswerFacts) {
  return { id: `chatcmpl-${id}`, created: 0, model };
}

function chunk(facts: AnswerFacts, choices: readonly object[]) {
  return { ...envelope(facts), object: "chat.completion.chunk", choices };
}

function piece(reply: Reply, { id }: AnswerFacts) {
  if (!("tool" in reply)) return { content: reply.text };
  const { name, input } = reply.tool;
  return {
    tool_calls: [
      { index: 0, id: `call_${id}`, type: "function", function: { name, arguments: JSON.stringify(input) } },
    ],
  };
}

function usage({ tokens: { input, output, cacheRead, cacheWrite } }: AnswerFacts) {
  const tokensIn = input + cacheRead + cacheWrite;
  return {
    prompt_tokens: tokensIn,
    completion_tokens: output,
    total_tokens: tokensIn + output,
    prompt_tokens_details: { cached_tokens: cacheRead },
  };
}
