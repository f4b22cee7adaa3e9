import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { readExport, telemetryScript } from "../../../src/core/telemetry/agent-export.ts";

const record = (name: string, facts: Record<string, object>) => ({
  timeUnixNano: "5",
  body: { stringValue: name },
  attributes: Object.entries(facts).map(([key, value]) => ({ key, value })),
});
const exported = (...logRecords: unknown[]) => ({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });

describe("readExport()", () => {
  test("reads the cost of a claude request, with figures as numbers or text", () => {
    const facts = {
      model: { stringValue: "claude-sonnet-4-5" },
      cost_usd: { doubleValue: 0.25 },
      input_tokens: { intValue: "10" },
      output_tokens: { intValue: 20 },
      cache_read_tokens: { stringValue: "30" },
      cache_creation_tokens: { doubleValue: 40 },
    };
    expect(readExport(exported(record("claude_code.api_request", facts)))).toMatchObject([
      { costUsd: 0.25, model: "claude-sonnet-4-5", tokens: { input: 10, output: 20, cacheRead: 30, cacheWrite: 40 } },
    ]);
  });

  test("reads the tokens of a codex response, cached ones separately", () => {
    const facts = {
      "event.name": { stringValue: "codex.sse_event" },
      "event.kind": { stringValue: "response.completed" },
      model: { stringValue: "gpt-5-codex" },
      input_token_count: { stringValue: "100" },
      cached_token_count: { stringValue: "60" },
      output_token_count: { stringValue: "7" },
    };
    // As codex 0.169 sends it: without a body, with a name of its own, and once more without its tokens.
    const bare = { ...record("", facts), body: null, eventName: "event otel/src/events/session_telemetry.rs:1153" };
    const { input_token_count: _in, output_token_count: _out, ...less } = facts;
    expect(readExport(exported({ ...record("", less), body: null }, bare))).toMatchObject([
      { costUsd: undefined, model: "gpt-5-codex", tokens: { input: 40, cacheRead: 60, output: 7 } },
    ]);
  });

  test.each([
    ["another event", record("claude_code.user_prompt", { prompt: { stringValue: "secret" } })],
    ["another event of codex's", record("codex.sse_event", { "event.kind": { stringValue: "response.created" } })],
    ["no record", 7],
  ])("reads nothing of %s", (_title, it) => {
    expect(readExport(exported(it))).toEqual([]);
  });

  test("reads nothing from data that is not an export", () => {
    const others = [undefined, null, [], { resourceLogs: {} }, { resourceLogs: [{ scopeLogs: "x" }] }];
    expect(others.flatMap(readExport)).toEqual([]);
  });
});

describe("telemetryScript()", () => {
  const run = (env: Record<string, string>) =>
    spawnSync("bash", ["-c", `${telemetryScript("http://127.0.0.1:9/s")}\nenv`], {
      env: { PATH: "/usr/bin:/bin", HOME: "/nowhere", ...env },
      encoding: "utf8",
    }).stdout;

  test("switches an agent's telemetry to the supervisor", () => {
    expect(run({})).toContain("CLAUDE_CODE_ENABLE_TELEMETRY=1\n");
    expect(run({})).toContain("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9/s\n");
  });

  test.each([{ OTEL_EXPORTER_OTLP_HEADERS: "a=b" }, { CLAUDE_CODE_ENABLE_TELEMETRY: "0" }])(
    "leaves the settings of the person alone: %p",
    (env) => {
      expect(run(env)).not.toContain("127.0.0.1:9");
    },
  );
});
