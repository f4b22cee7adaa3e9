import { describe, expect, test } from "bun:test";
import { activeRunner, runnerNamed } from "../../../src/core/config/active-runner.ts";
import { type Config, parseConfig } from "../../../src/core/config/config.ts";
import { BUILT_IN, defaultRunner } from "../../../src/core/runner/built-in.ts";

const config = (value: unknown) => parseConfig(value, "/c/looop.toml") as Config;

describe("the built-in runners", () => {
  const models = Object.entries(BUILT_IN).filter(([name]) => name !== "offline");

  test.each(models)("%s gets a decision's prompt on standard input, never as an argument", (_name, runner) => {
    expect(runner.tick).not.toContain("{{prompt_file}}");
    expect(runner.tick).not.toContain("_fmt");
  });

  test.each(models)("%s decides without a way to act, and its stream goes out as it is", (_name, runner) => {
    expect(runner.decide).toMatch(/--tools ""|--no-tools|--sandbox read-only|"\*":"deny"/);
    expect(runner.decide).not.toMatch(/_fmt|dangerously|--auto|--agent plan/);
  });

  test.each(models)("%s names the prompt's file for a worker, and how to go on", (_name, runner) => {
    expect(runner.interactive).toContain("{{prompt_file}}");
    expect(runner.resume).not.toBe("");
  });
});

describe("activeRunner()", () => {
  test("is claude when nothing is configured", () => {
    expect(activeRunner(config({})).command).toContain("claude ");
  });

  test("keeps the built-in commands that the config leaves alone", () => {
    const runner = activeRunner(config({ default: "pi", runners: { pi: { tick: "my-pi" } } }));
    expect(runner).toEqual({ name: "pi", mode: "agent", command: "my-pi", reads: false });
  });

  test("refuses a default that is no runner and names those that are", () => {
    expect(() => activeRunner(config({ default: "gpt" }))).toThrow(
      expect.objectContaining({
        message: 'Cannot use the runner "gpt": no runner has that name',
        hint: "Choose one of claude, pi, codex, opencode, offline, or describe it in /c/looop.toml",
        exit: 3,
      }),
    );
  });

  test("refuses a runner that cannot tick", () => {
    expect(() => activeRunner(config({ default: "mine", runners: { mine: { interactive: "x" } } }))).toThrow(
      expect.objectContaining({ message: 'Cannot use the runner "mine": it has no tick command', exit: 3 }),
    );
  });

  test("asks for a typed decision by another command, and refuses a runner that has none", () => {
    const typed = { decide: { mode: "typed" } };
    expect(activeRunner(config({ ...typed, default: "offline" }))).toMatchObject({ mode: "typed", reads: false });
    expect(() => activeRunner(config({ ...typed, default: "mine", runners: { mine: { tick: "x" } } }))).toThrow(
      expect.objectContaining({ message: expect.stringContaining("it has no decide command"), exit: 3 }),
    );
  });

  const reads: [name: string, want: boolean][] = [
    ["claude", false],
    ["pi", false],
    ["codex", true],
    ["opencode", true],
  ];
  test.each(reads)("knows whether %s may read files while it decides (%p)", (name, want) => {
    expect(activeRunner(config({ decide: { mode: "typed" }, default: name })).reads).toBe(want);
  });

  test("does not take a property of every object for a runner", () => {
    expect(() => runnerNamed(config({}), "constructor")).toThrow("no runner has that name");
  });
});

describe("defaultRunner()", () => {
  const cases: [title: string, there: string[], want: string][] = [
    ["is claude when all are there", ["opencode", "codex", "pi", "claude"], "claude"],
    ["is pi before codex", ["codex", "pi"], "pi"],
    ["is opencode when it is the only one", ["opencode"], "opencode"],
    ["is claude when none is there", [], "claude"],
  ];
  test.each(cases)("%s", (_title, there, want) => {
    expect(defaultRunner((program) => there.includes(program))).toBe(want);
  });
});
