import { describe, expect, test } from "bun:test";
import { BUILT_IN } from "../../../src/core/runner/built-in.ts";
import { firstProgram, missingProgram } from "../../../src/core/runner/program.ts";

describe("firstProgram()", () => {
  const cases: [title: string, command: string, want: string | undefined][] = [
    ["is the first word", "claude -p --verbose", "claude"],
    ["skips assignments before it", "FOO=1 BAR='a b' pi -p", "pi"],
    ["skips an assignment of a sum", "IS_SANDBOX=$((EUID==0)) claude -p", "claude"],
    ["takes single quotes off", "'/opt/my tools/pi' -p", "/opt/my tools/pi"],
    ["takes double quotes off", '"/opt/my tools/pi" -p', "/opt/my tools/pi"],
    ["ends at a pipe", "cat|claude", "cat"],
    ["keeps an absolute path", "/usr/bin/env claude", "/usr/bin/env"],
    ["is unknown behind a variable", '"$LOOOP_BIN" _offline', undefined],
    ["is unknown with a variable in the middle of the word", "my$X -p", undefined],
    ["is unknown behind a backslash", "my\\ pi -p", undefined],
    ["is unknown in a group", "( cd x && pi )", undefined],
    ["is unknown behind a word of the shell's own", "cd x && pi", undefined],
    ["is unknown behind an assignment of a command's output", "KEY=$(cat key) pi", undefined],
    ["is unknown for an assignment alone", "FOO=1", undefined],
    ["is unknown for nothing", "  ", undefined],
  ];
  test.each(cases)("%s", (_title, command, want) => {
    expect(firstProgram(command)).toBe(want);
  });

  test("finds the program of every built-in model CLI", () => {
    const programs = Object.entries(BUILT_IN).map(([name, { tick = "" }]) => [name, firstProgram(tick)]);
    expect(programs).toEqual([
      ["claude", "claude"],
      ["pi", "pi"],
      ["codex", "codex"],
      ["opencode", "opencode"],
      ["offline", undefined],
    ]);
  });
});

describe("missingProgram()", () => {
  test("names the program, where it looked, how to install it, and what works now", () => {
    const error = missingProgram({ name: "claude" }, "claude", "/usr/bin:/bin");
    expect(error.message).toBe(
      'Cannot run the runner "claude": there is no program "claude" (looked in /usr/bin:/bin)',
    );
    expect(error.hint).toBe(
      "Install it: `npm install -g @anthropic-ai/claude-code`, or set another default in the config. " +
        "`looop demo` works now, without a model",
    );
    expect(error.exit).toBe(3);
  });

  test("shows only the beginning of a long PATH", () => {
    const error = missingProgram({ name: "claude" }, "claude", "/usr/bin:".repeat(100));
    expect(error.message.length).toBeLessThan(250);
  });

  test("says nothing about PATH for a program that is named by its path", () => {
    const error = missingProgram({ name: "mine" }, "/opt/pi", "/usr/bin");
    expect(error.message).toBe('Cannot run the runner "mine": there is no program "/opt/pi"');
  });
});
