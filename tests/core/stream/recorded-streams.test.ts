/** Whole streams, as the real agents printed them. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { FinalAnswer } from "../../../src/core/stream/final-answer.ts";
import { readEvent, render } from "../../../src/core/stream/read-event.ts";
import { UsageMeter } from "../../../src/core/stream/usage-meter.ts";
import { type Recorded, streamFile } from "../../support/golden/recorded-streams.ts";

const RUNNERS = ["claude", "pi", "codex", "opencode"] as const;
type Runner = (typeof RUNNERS)[number];

const lines = (runner: Runner, what: Recorded) =>
  readFileSync(streamFile(runner, what), "utf8").split("\n").filter(Boolean);

/** What a person sees of it. */
function shown(stream: readonly string[]): string {
  const items = stream.flatMap((line) => readEvent(line).progress);
  return items.map((item) => render(item, false)).join("\n");
}

function metered(stream: readonly string[]) {
  const meter = new UsageMeter();
  for (const line of stream) meter.add(readEvent(line));
  const { source, costUsd } = meter.call({ kind: "tick", id: "t", runner: "x" });
  return { ...meter.tokens, costUsd, source };
}

/** Two answers. */
const TOKENS = { input: 2_000, output: 200, cacheRead: 4_000, cacheWrite: 0 };
const BILLS: Readonly<Record<Runner, object>> = {
  claude: { ...TOKENS, costUsd: 0.0102, source: "measured" },
  pi: { ...TOKENS, costUsd: 0.0102, source: "measured" },
  codex: { ...TOKENS, costUsd: undefined, source: "unknown" },
  opencode: { ...TOKENS, costUsd: 0.0102, source: "measured" },
};

/** How each calls what it did first. */
const TOOLS: Readonly<Record<Runner, string>> = {
  claude: "Bash",
  pi: "bash",
  codex: "command_execution",
  opencode: "bash",
};

describe.each(RUNNERS)("the stream of %s", (runner) => {
  test("shows the command and the text, and nothing twice", () => {
    const text = shown(lines(runner, "acts"));
    expect(text).toMatch(new RegExp(`^  → ${TOOLS[runner]}: .*\\n\\nThe goal docs is up to date\\.$`, "m"));
    expect(text.match(/up to date/g)).toHaveLength(1);
    expect(text.match(/→/g)).toHaveLength(1);
  });

  test("is billed as the server counted", () => {
    expect(metered(lines(runner, "acts"))).toEqual(BILLS[runner] as ReturnType<typeof metered>);
  });

  test("is not billed twice when every record is repeated", () => {
    const stream = lines(runner, "acts");
    expect(metered(stream.flatMap((line) => [line, line]))).toEqual(metered(stream));
    expect(metered([...stream, ...stream])).toEqual(metered(stream));
  });

  test("says why it stopped", () => {
    const answer = new FinalAnswer();
    for (const line of lines(runner, "stops")) answer.push(new TextEncoder().encode(`${line}\n`));
    expect(answer.broken()).toMatch(/limit|invalid x-api-key|Incorrect API key/);
    expect(answer.final()).toMatchObject({
      kind: "none",
      why: expect.stringContaining("the runner reports an error: "),
    });
  });

  test("counts nothing of a bill that cannot be", () => {
    const broken = lines(runner, "acts").map((line) =>
      line
        .replace(/("(?:total_cost_usd|total|cost)"):0\.\d+/g, "$1:-1")
        .replace(/("(?:input|input_tokens|inputTokens)"):\d+/g, "$1:1e999")
        .replace(/("(?:output|output_tokens)"):\d+/g, '$1:"NaN"'),
    );
    expect(metered(broken)).toMatchObject({ input: 0, output: 0, costUsd: undefined, source: "unknown" });
  });
});

test("a claude that was ended before its bill came has cost what the tokens of its answers cost", () => {
  const cut = lines("claude", "acts").slice(0, -1);
  expect(metered(cut)).toEqual({ ...TOKENS, output: 2, costUsd: 0.008449, source: "estimated" });
});

test("claude says when its limit ends, to the second", () => {
  const answer = new FinalAnswer();
  for (const line of lines("claude", "stops")) answer.push(new TextEncoder().encode(`${line}\n`));
  expect(answer.limit(1_795_363_000_000)).toMatchObject({ source: "event", endMs: 1_795_363_707_000 });
});

test("codex says in words when its limit ends, to the minute and in local time", () => {
  const answer = new FinalAnswer();
  for (const line of lines("codex", "stops")) answer.push(new TextEncoder().encode(`${line}\n`));
  const before = new Date(2026, 10, 22, 15, 30).getTime();
  expect(answer.limit(before)).toMatchObject({ source: "words", endMs: new Date(2026, 10, 22, 16, 9).getTime() });
});
