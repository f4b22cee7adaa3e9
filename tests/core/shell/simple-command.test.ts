import { describe, expect, test } from "bun:test";
import { simpleCommand } from "../../../src/core/shell/simple-command.ts";

describe("simpleCommand()", () => {
  const simple: [command: string, words: string[]][] = [
    ["gh pr list", ["gh", "pr", "list"]],
    ["  ls   -la ", ["ls", "-la"]],
    ["git\tstatus", ["git", "status"]],
    ["git -C 'my repo' status", ["git", "-C", "my repo", "status"]],
    [`gh pr view "12" --json 'a,b'`, ["gh", "pr", "view", "12", "--json", "a,b"]],
    [`g"h" p'r'`, ["gh", "pr"]],
    ["echo ''", ["echo", ""]],
    ["curl https://example.org/a?b=c".replace("?", "/"), ["curl", "https://example.org/a/b=c"]],
    ["x A=1", ["x", "A=1"]],
    ["echo 'a*b?'", ["echo", "a*b?"]],
  ];
  test.each(simple)("reads %p as its words", (command, words) => {
    expect(simpleCommand(command)).toEqual(words);
  });

  const others = [
    ...["a; b", "a && b", "a || b", "a | b", "a & b", "a &", "a > b", "a < b", "a >> b", "a 2>&1", "(a)", "a $b"],
    ...[`a \${b}`, "a $(b)", "a `b`", "a\nb", "a\rb", "a\\ b", "echo 'a;b'", 'echo "$x"', "A=1 b", "A+=1 b", "A=1"],
    ...["ls *", "ls a?", "ls [ab]", "ls {a,b}", "ls ~", "a # b", "a !b", "a 'b", 'a "b', "", "  ", "'' a"],
    ...["a\u00a0b", "a\u200bb", "a\u0000b", "a\u001b[2Jb", "a\u2028b", "a\u000bb"],
  ];
  test.each(others)("refuses %p as a simple command", (command) => {
    expect(simpleCommand(command)).toBeUndefined();
  });
});
