import { describe, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import process from "node:process";
import { looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { PROGRAM } from "../../support/program/program.ts";
import { waitFor } from "../../support/program/wait-for.ts";

const metered = () => profile({ env: { LOOOP_COST_KIND: "tick", LOOOP_COST_ID: "tick-1", LOOOP_COST_RUNNER: "pi" } });
const rows = (it: Profile) =>
  (it.read("cost.jsonl") ?? "")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** An answer of pi. */
const answer = (text: string, total: number) =>
  `${JSON.stringify({ type: "message_end", message: { role: "assistant", content: [{ type: "text", text }], usage: { input: 10, output: 5, cost: { total } } } })}\n`;

describe("looop _fmt", () => {
  test("shows what a runner does and says, and records nothing unless asked", () => {
    const it = profile();
    looop(["_fmt"], {
      profile: it,
      stdin: `warming up\n{"type":"agent_start"}\n{"type":"tool_execution_start","toolName":"bash","args":{"command":"ls"}}\n${answer("Two files.", 0.01)}`,
      stdout: "warming up\n  → bash: ls\n\nTwo files.\n",
    });
    expect(it.read("cost.jsonl")).toBeUndefined();
  });

  test("adds one row per call, with the sum of its answers", () => {
    const it = metered();
    looop(["_fmt"], { profile: it, stdin: answer("a", 0.01) + answer("b", 0.02), stdout: "\na\n\nb\n" });
    expect(rows(it)).toEqual([
      {
        v: 1,
        ts: expect.any(String),
        kind: "tick",
        id: "tick-1",
        runner: "pi",
        cost_usd: 0.03,
        tokens_in: 20,
        tokens_out: 10,
        source: "measured",
      },
    ]);
  });

  test("adds a row of unknown cost for a runner that does not report one", () => {
    const it = metered();
    looop(["_fmt"], { profile: it, stdin: "just text\n", stdout: "just text\n" });
    expect(rows(it)).toMatchObject([{ kind: "tick", source: "unknown" }]);
  });

  test("adds a row also for empty input", () => {
    const it = metered();
    looop(["_fmt"], { profile: it });
    expect(rows(it)).toHaveLength(1);
  });

  test("goes on after bytes that are not UTF-8", () => {
    const it = metered();
    const stdin = Buffer.concat([Buffer.from([0x61, 0xff, 0xfe, 0x0a]), Buffer.from(answer("after", 0.5))]);
    looop(["_fmt"], { profile: it, stdin, stdout: "a\ufffd\ufffd\n\nafter\n" });
    expect(rows(it)).toMatchObject([{ cost_usd: 0.5 }]);
  });

  test("leaves out a huge event, says so, and calls the sum estimated", () => {
    const it = metered();
    const stdin = `${answer("x".repeat(5_000_000), 1)}${answer("small", 0.25)}`;
    looop(["_fmt"], { profile: it, stdin, stdout: "  (an event of 5.0 MB is left out)\n\nsmall\n" });
    expect(rows(it)).toMatchObject([{ cost_usd: 0.25, source: "estimated" }]);
  });

  test("exits 0 and warns when the row cannot be written", () => {
    const it = metered();
    it.write("cost.jsonl/x", "");
    looop(["_fmt"], {
      profile: it,
      stdin: "x\n",
      stdout: "x\n",
      stderr: /The cost of tick tick-1 is not in the ledger: /,
    });
  });

  test("shows each line as it comes, and records the sum when it is ended", async () => {
    const it = metered();
    const [command = "", ...words] = [...PROGRAM, "_fmt"];
    const child = spawn(command, words, { env: { ...it.env }, cwd: it.home });
    let shown = "";
    child.stdout.on("data", (bytes) => {
      shown += bytes;
    });
    const ended = new Promise((done) => child.once("close", (code, signal) => done(code ?? signal)));
    child.stdin.write(answer("first", 0.01));
    await waitFor("the first answer", () => shown.includes("first") || undefined);
    process.kill(child.pid ?? 0, "SIGTERM");
    await waitFor("the row", () => rows(it)[0]);
    child.stdin.end();
    expect(await ended).toBe(0);
    expect(rows(it)).toMatchObject([{ cost_usd: 0.01 }]);
  });

  test("reads on and records the sum when its output is closed", async () => {
    const it = metered();
    const [command = "", ...words] = [...PROGRAM, "_fmt"];
    const child = spawn(command, words, { env: { ...it.env }, cwd: it.home, stdio: ["pipe", "pipe", "inherit"] });
    child.stdout?.destroy();
    const ended = new Promise((done) => child.once("close", (code, signal) => done(code ?? signal)));
    child.stdin?.write(answer("a".repeat(100_000), 0.01));
    child.stdin?.end(answer("b", 0.02));
    expect(await ended).toBe(0);
    expect(rows(it)).toMatchObject([{ cost_usd: 0.03 }]);
  });
});
