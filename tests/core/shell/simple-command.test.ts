import { describe, expect, test } from "bun:test";
import { isPattern, matchesPattern, simpleCommand } from "../../../src/core/shell/simple-command.ts";

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

describe("matchesPattern()", () => {
  const cases: [pattern: string, command: string, want: boolean][] = [
    ["gh pr list", "gh pr list", true],
    ["gh pr list", "gh  pr 'list'", true],
    ["gh pr list", "gh pr list --web", false],
    ["gh pr list", "gh pr", false],
    ["gh pr list", "gh pr listen", false],
    ["gh pr view *", "gh pr view 12", true],
    ["gh pr view *", "gh pr view --web", false],
    ["gh pr view *", "gh pr view", false],
    ["gh pr view *", "gh pr view 1 2", false],
    ["git -C * status", "git -C repo status", true],
    ["git -C * status", "git -C 'a b' status", true],
    ["git -C * status", "git -C repo push", false],
    ["git -C * status", "git -C -c status", false],
    ["git log --since=*", "git log --since=2026-01-01", true],
    ["git log --since=*", "git log --output=x", false],
    ["git log -*", "git log -5", true],
    ["cat notes/*.md", "cat notes/a.md", true],
    ["cat notes/*.md", "cat notes/a.txt", false],
    ["echo a.c", "echo abc", false],
    ["gh pr list", "ɡh pr list", false],
    ["gh pr list", "GH pr list", false],
  ];
  test.each(cases)("%p for %p: %p", (pattern, command, want) => {
    expect(matchesPattern(pattern, simpleCommand(command) ?? [])).toBe(want);
  });
});

describe("isPattern()", () => {
  const cases: [pattern: string, want: boolean][] = [
    ["gh pr list", true],
    ["git -C * status", true],
    ["*", false],
    ["* status", false],
    ["g* status", false],
    ["a; b", false],
    ["A=1 b", false],
    ["", false],
    ["echo $x", false],
  ];
  test.each(cases)("of %p is %p", (pattern, want) => {
    expect(isPattern(pattern)).toBe(want);
  });
});
