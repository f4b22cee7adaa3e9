import { describe, expect, test } from "bun:test";
import { argvOf, withoutShellSetup } from "../../../src/core/shell/run-as-judged.ts";

describe("argvOf()", () => {
  const cases: [command: string, argv: string[]][] = [
    ["git -C '/home/me/my repo' status", ["git", "-C", "/home/me/my repo", "status"]],
    ["test -e done", ["test", "-e", "done"]],
    ["make; true", ["bash", "--noprofile", "--norc", "-c", "make; true"]],
    ["ls *.md", ["bash", "--noprofile", "--norc", "-c", "ls *.md"]],
    ["A=1 make", ["bash", "--noprofile", "--norc", "-c", "A=1 make"]],
    ["command -v git", ["bash", "--noprofile", "--norc", "-c", "command -v git"]],
    ["exit 1", ["bash", "--noprofile", "--norc", "-c", "exit 1"]],
  ];
  test.each(cases)("starts %p as %p", (command, argv) => {
    expect(argvOf(command)).toEqual(argv);
  });

  test("argvOf() gives bash its options before the command", () => {
    expect(argvOf("a | b", ["-o", "pipefail"])).toEqual([
      ...["bash", "--noprofile", "--norc", "-o", "pipefail", "-c", "a | b"],
    ]);
  });
});

test("withoutShellSetup() drops startup files, exported functions and settings of shells, and keeps the rest", () => {
  const kept = { PATH: "/bin", HOME: "/home/me", BASH: "/bin/bash", ENVIRONMENT: "test", GIT_PAGER: "cat", EMPTY: "" };
  const dropped = {
    ...{ BASH_ENV: "/x", ENV: "/x", "BASH_FUNC_ls%%": "() { id; }", "BASH_FUNC_ls()": "() { id; }" },
    ...{ "__BASH_FUNC<ls>()": "() { id; }", ls: "() { id; }", SHELLOPTS: "xtrace", BASHOPTS: "expand_aliases" },
    ...{ PS4: "$(id)", PROMPT_COMMAND: "id", CDPATH: "/x", GLOBIGNORE: "x", IFS: "x" },
  };
  expect(withoutShellSetup({ ...kept, ...dropped })).toEqual(kept);
});
