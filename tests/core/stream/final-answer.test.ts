/** Where each runner's stream holds the final text. */
import { describe, expect, test } from "bun:test";
import { FinalAnswer } from "../../../src/core/stream/final-answer.ts";

const MOVE = '{"action":"noop","journal":"x"}';
const lines = (...events: object[]) => events.map((event) => JSON.stringify(event)).join("\n");

function final(text: string, piece = 7): unknown {
  const answer = new FinalAnswer();
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += piece) answer.push(bytes.subarray(at, at + piece));
  answer.end();
  return answer.final();
}

describe("FinalAnswer finds the final text", () => {
  const streams: [title: string, stream: string][] = [
    [
      "of claude",
      lines(
        { type: "system", subtype: "init" },
        { type: "assistant", message: { content: [{ type: "text", text: "thinking aloud" }] } },
        { type: "result", subtype: "success", is_error: false, result: MOVE, total_cost_usd: 0.01, session_id: "s" },
      ),
    ],
    [
      "of pi",
      lines(
        { type: "session" },
        { type: "message_end", message: { role: "user", content: [{ type: "text", text: "the prompt" }] } },
        { type: "message_end", message: { role: "assistant", content: [{ type: "text", text: MOVE }], usage: {} } },
        { type: "agent_end" },
      ),
    ],
    [
      "of codex",
      lines(
        { type: "thread.started" },
        { type: "item.completed", item: { type: "error", message: "a warning" } },
        { type: "item.completed", item: { type: "reasoning", text: "hm" } },
        { type: "item.completed", item: { type: "agent_message", text: MOVE } },
        { type: "turn.completed", usage: {} },
      ),
    ],
    [
      "of opencode",
      lines(
        { type: "step_start" },
        { type: "text", part: { text: "let me see" } },
        { type: "text", part: { text: MOVE } },
      ),
    ],
    ["of any other, which prints it", MOVE],
  ];
  test.each(streams)("%s", (_title, stream) => {
    const got = final(stream) as { text?: string };
    expect(got.text?.trim()).toBe(MOVE);
  });

  test("over many lines, as it was printed", () => {
    expect(final('{\n  "action": "noop"\n}\n')).toEqual({ kind: "text", text: '{\n  "action": "noop"\n}\n' });
  });
});

describe("FinalAnswer says why an answer is missing", () => {
  const streams: [title: string, stream: string, why: RegExp][] = [
    [
      "when claude reports an error",
      lines({ type: "result", is_error: true, result: "no credit" }),
      /error: no credit/,
    ],
    ["when codex gives up", lines({ type: "turn.failed", error: { message: "rate limit" } }), /error: rate limit/],
    [
      "when pi gives up after it spoke",
      lines({ type: "message_end", message: { role: "assistant", content: [{ text: MOVE }], errorMessage: "cut" } }),
      /error: cut/,
    ],
    ["when events say nothing", lines({ type: "system" }, { type: "turn.completed" }), /hold no final text/],
    ["when plain text is too long", "x".repeat(600_000), /more than/],
    ["when lines of plain text are too long", `${"x".repeat(9_000_000)}\n`, /more than/],
  ];
  test.each(streams)("%s", (_title, stream, why) => {
    expect(final(stream, 65_536)).toMatchObject({ kind: "none", why: expect.stringMatching(why) });
  });

  test("an answer that comes after an error holds", () => {
    const stream = lines({ type: "error", message: "retrying" }, { type: "result", result: MOVE });
    expect(final(stream)).toEqual({ kind: "text", text: MOVE });
  });
});
