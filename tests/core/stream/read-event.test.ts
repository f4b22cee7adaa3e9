import { describe, expect, test } from "bun:test";
import type { Usage } from "../../../src/core/money/usage.ts";
import type { Event } from "../../../src/core/stream/event.ts";
import { readEvent, render } from "../../../src/core/stream/read-event.ts";

/** What a line looks like without colour, and its usage. */
function shown(line: string | object): string[] {
  return readEvent(typeof line === "string" ? line : JSON.stringify(line)).progress.map((item) => render(item, false));
}
const usage = (event: object) => readEvent(JSON.stringify(event)).usage;

describe("readEvent() of anything", () => {
  const cases: [title: string, line: string, want: string[]][] = [
    ["passes a line that is no event", "hello  world", ["hello  world"]],
    ["passes broken JSON", '{"type":', ['{"type":']],
    ["passes JSON that is no object", "42", ["42"]],
    ["shows nothing for an empty line", "  ", []],
    ["shows nothing for an event it does not know", '{"type":"session","id":"x"}', []],
    ["shows nothing for an object without a type", '{"a":1}', []],
    ["does not take a property of every object for an event", '{"type":"constructor"}', []],
  ];
  test.each(cases)("%s", (_title, line, want) => {
    expect(shown(line)).toEqual(want);
  });

  const odd: [title: string, event: object, progress: Event["progress"]][] = [
    ["message_end", { type: "message_end", message: { role: "assistant", content: 7, usage: "much" } }, []],
    ["assistant", { type: "assistant", message: [] }, []],
    ["user", { type: "user", message: { content: [null, 1, { is_error: "yes" }] } }, []],
    ["item.started", { type: "item.started", item: null }, []],
    ["tool_use", { type: "tool_use" }, [{ kind: "tool", name: "tool", about: "" }]],
    ["text", { type: "text", part: { text: 5 } }, []],
  ];
  test.each(odd)("reads a %s of another shape without text, usage or failure", (_title, event, progress) => {
    expect(readEvent(JSON.stringify(event))).toEqual({ progress, known: true });
  });

  test("lets nothing of a model act on the terminal", () => {
    const evil = "\u001b[2J\u001b]0;owned\u0007x\u009b31m";
    const lines = [
      ...shown({ type: "message_end", message: { role: "assistant", content: [{ type: "text", text: evil }] } }),
      ...shown({ type: "tool_execution_start", toolName: evil, args: { command: evil } }),
      ...shown({ type: "tool_execution_end", toolName: evil, isError: true }),
      ...shown({ type: "error", message: evil }),
      ...shown(`plain ${evil}`),
    ];
    expect(lines.join("")).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]|owned/);
  });
});

describe("readEvent() of pi", () => {
  const cases: [title: string, event: object, want: string[]][] = [
    [
      "shows a command",
      { type: "tool_execution_start", toolName: "bash", args: { command: "ls\n  -la", path: "x" } },
      ["  → bash: ls -la"],
    ],
    [
      "shows a path",
      { type: "tool_execution_start", toolName: "read", args: { path: "a.md", limit: 3 } },
      ["  → read: a.md"],
    ],
    [
      "shows a file path",
      { type: "tool_execution_start", toolName: "edit", args: { file_path: "b.md" } },
      ["  → edit: b.md"],
    ],
    [
      "shows other arguments as JSON",
      { type: "tool_execution_start", toolName: "grep", args: { q: "x" } },
      ['  → grep: {"q":"x"}'],
    ],
    [
      "shows all arguments when the first key is no text",
      { type: "tool_execution_start", toolName: "t", args: { command: ["a"], path: "p" } },
      ['  → t: {"command":["a"],"path":"p"}'],
    ],
    ["shows a tool without arguments", { type: "tool_execution_start", args: {} }, ["  → tool"]],
    [
      "cuts long arguments",
      { type: "tool_execution_start", toolName: "t", args: { command: "x".repeat(500) } },
      [`  → t: ${"x".repeat(99)}…`],
    ],
    ["shows a failed tool", { type: "tool_execution_end", toolName: "bash", isError: true }, ["  ✗ bash failed"]],
    ["says nothing about one that went well", { type: "tool_execution_end", toolName: "bash", isError: false }, []],
    [
      "shows what it says",
      {
        type: "message_end",
        message: {
          role: "assistant",
          content: [
            { type: "text", text: "a" },
            { type: "thinking", thinking: "?" },
            { type: "text", text: "b" },
          ],
        },
      },
      ["\nab"],
    ],
    [
      "shows why an answer failed",
      {
        type: "message_end",
        message: { role: "assistant", content: [], stopReason: "error", errorMessage: "overloaded" },
      },
      ["  ✗ overloaded"],
    ],
    [
      "shows nothing of the prompt",
      { type: "message_end", message: { role: "user", content: [{ type: "text", text: "do" }] } },
      [],
    ],
  ];
  test.each(cases)("%s", (_title, event, want) => {
    expect(shown(event)).toEqual(want);
  });

  const spent = {
    input: 10,
    output: 5,
    cacheRead: 3,
    cacheWrite: 2,
    totalTokens: 20,
    cost: { input: 0.001, total: 0.0039 },
  };
  const want: Usage = { costUsd: 0.0039, input: 10, output: 5, cacheRead: 3, cacheWrite: 2 };

  test("counts the usage of today's pi, inside the message", () => {
    expect(usage({ type: "message_end", message: { role: "assistant", content: [], usage: spent } })).toEqual(want);
  });

  test("counts the usage of older ones, beside it", () => {
    expect(usage({ type: "message_end", usage: spent })).toEqual(want);
    expect(usage({ type: "message_end", message: { role: "assistant" }, usage: spent })).toEqual(want);
  });

  test.each(["message_update", "turn_end", "agent_end"])("does not count it again in %s", (type) => {
    expect(usage({ type, message: { role: "assistant", usage: spent }, messages: [{ usage: spent }] })).toBeUndefined();
  });

  test("does not count what is not the assistant's", () => {
    expect(usage({ type: "message_end", message: { role: "toolResult", usage: spent } })).toBeUndefined();
  });
});

describe("readEvent() of claude", () => {
  const cases: [title: string, event: object, want: string[]][] = [
    [
      "shows what it says and does",
      {
        type: "assistant",
        message: {
          content: [
            { type: "text", text: "Look." },
            { type: "tool_use", name: "Bash", input: { command: "ls" } },
          ],
        },
      },
      ["\nLook.", "  → Bash: ls"],
    ],
    [
      "shows a failed tool",
      { type: "user", message: { content: [{ type: "tool_result", is_error: true, content: "no" }] } },
      ["  ✗ tool failed"],
    ],
    ["does not repeat the last text", { type: "result", subtype: "success", is_error: false, result: "Look." }, []],
    ["shows how it failed", { type: "result", subtype: "error_max_turns", is_error: true }, ["  ✗ error_max_turns"]],
    ["shows nothing of the set-up", { type: "system", subtype: "init", tools: ["Bash"] }, []],
  ];
  test.each(cases)("%s", (_title, event, want) => {
    expect(shown(event)).toEqual(want);
  });

  test("counts the bill of the whole session, its cached tokens too", () => {
    const event = {
      type: "result",
      session_id: "s1",
      total_cost_usd: 0.0065,
      usage: { input_tokens: 4, output_tokens: 9, cache_read_input_tokens: 20, cache_creation_input_tokens: 10 },
    };
    expect(usage(event)).toEqual({
      ...{ costUsd: 0.0065, input: 4, output: 9, cacheRead: 20, cacheWrite: 10 },
      id: "s1",
    });
  });

  test("does not count single answers, whose bill is in the result", () => {
    expect(usage({ type: "assistant", message: { content: [], usage: { input_tokens: 4 } } })).toBeUndefined();
  });
});

describe("readEvent() of codex", () => {
  const cases: [title: string, event: object, want: string[]][] = [
    [
      "shows a command",
      { type: "item.started", item: { type: "command_execution", command: "bash -lc ls" } },
      ["  → command_execution: bash -lc ls"],
    ],
    [
      "shows a tool of a server",
      { type: "item.started", item: { type: "mcp_tool_call", server: "s", tool: "find", arguments: { q: 1 } } },
      ['  → find: {"q":1}'],
    ],
    [
      "shows a failed command",
      { type: "item.completed", item: { type: "command_execution", status: "failed", exit_code: 1 } },
      ["  ✗ command_execution failed"],
    ],
    ["shows what it says", { type: "item.completed", item: { type: "agent_message", text: "Done." } }, ["\nDone."]],
    ["shows how a turn failed", { type: "turn.failed", error: { message: "quota" } }, ["  ✗ quota"]],
    ["shows an error", { type: "error", message: "stream lost" }, ["  ✗ stream lost"]],
  ];
  test.each(cases)("%s", (_title, event, want) => {
    expect(shown(event)).toEqual(want);
  });

  test("counts tokens, the cached ones once, and knows no price", () => {
    const event = { type: "turn.completed", usage: { input_tokens: 100, cached_input_tokens: 60, output_tokens: 7 } };
    expect(usage(event)).toEqual({
      ...{ costUsd: undefined, input: 40, output: 7, cacheRead: 60, cacheWrite: 0 },
      ofThread: true,
    });
  });
});

describe("readEvent() of opencode", () => {
  const cases: [title: string, event: object, want: string[]][] = [
    ["shows what it says", { type: "text", part: { type: "text", text: "Hi" } }, ["\nHi"]],
    [
      "shows a tool",
      { type: "tool_use", part: { tool: "read", state: { status: "completed", input: { filePath: "/a" } } } },
      ["  → read: /a"],
    ],
    [
      "shows a failed tool",
      { type: "tool_use", part: { tool: "bash", state: { status: "error", input: { command: "x" } } } },
      ["  → bash: x", "  ✗ bash failed"],
    ],
    ["shows an error", { type: "error", error: { name: "APIError", data: { message: "no key" } } }, ["  ✗ no key"]],
    ["shows an error without words by its name", { type: "error", error: { name: "APIError" } }, ["  ✗ APIError"]],
  ];
  test.each(cases)("%s", (_title, event, want) => {
    expect(shown(event)).toEqual(want);
  });

  test("counts the usage of each step", () => {
    const tokens = { input: 10, output: 4, reasoning: 1, cache: { read: 5, write: 2 } };
    expect(usage({ type: "step_finish", part: { cost: 0.02, tokens } })).toEqual({
      costUsd: 0.02,
      ...{ input: 10, output: 5, cacheRead: 5, cacheWrite: 2 },
    });
  });
});

describe("render()", () => {
  test("colours when it may", () => {
    expect(render({ kind: "tool", name: "bash", about: "ls" }, true)).toBe(
      "  \u001b[36m→ bash\u001b[0m\u001b[2m: ls\u001b[0m",
    );
    expect(render({ kind: "failed", what: "bash failed" }, true)).toBe("  \u001b[31m✗ bash failed\u001b[0m");
  });
});

describe("readEvent() of an event that other words share a line with", () => {
  const result = '{"type":"result","is_error":false,"result":"Done.","total_cost_usd":0.25}';
  const lines: [title: string, line: string, shown: string[]][] = [
    ["an escape sequence", `\u001b[?25l${result}`, []],
    ["a window title", `\u001b]0;claude\u0007${result}`, []],
    ["a nag about an update", `Update available: 2.2.0 ${result}`, ["Update available: 2.2.0 "]],
    ["a nag with braces", `See {"docs"} ${result}`, ['See {"docs"} ']],
    ["a reset at its end", `${result}\u001b[0m`, []],
    ["words at its end", `${result} bye`, [" bye"]],
  ];
  test.each(lines)("finds it beside %s", (_title, line, shown) => {
    const { answer, usage, known, progress } = readEvent(line);
    expect([answer, usage?.costUsd, known]).toEqual(["Done.", 0.25, true]);
    expect(progress).toEqual(shown.map((text) => ({ kind: "line", text })));
  });

  test("shows words whose object is no event of a runner as they are", () => {
    const line = 'see {"type":"object","result":"x"} there';
    expect(readEvent(line)).toEqual({ progress: [{ kind: "line", text: line }] });
  });
});
