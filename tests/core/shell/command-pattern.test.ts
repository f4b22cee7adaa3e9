import { describe, expect, test } from "bun:test";
import { isPattern, matchesPattern } from "../../../src/core/shell/command-pattern.ts";
import { simpleCommand } from "../../../src/core/shell/simple-command.ts";

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
    // One segment of a path, or one word without "/".
    ["cat *", "cat a/b", false],
    ["cat *", "cat /etc/passwd", false],
    ["cat notes/*", "cat notes/a", true],
    ["cat notes/*", "cat notes/a/b", false],
    ["cat notes/*/*.md", "cat notes/a/b.md", true],
    ["gh api repos/*/*", "gh api repos/me/x", true],
    ["echo *", "echo ''", true],
    ["cat a*b*c", "cat abc", true],
    ["cat a*b*c", "cat axbyc", true],
    ["cat a*b*c", "cat ab/c", false],
    // Any depth.
    ["cat **", "cat a/b", true],
    ["cat **", "cat /etc/passwd", true],
    ["cat notes/**", "cat notes/a/b/c.md", true],
    ["cat notes/**.md", "cat notes/a/b.md", true],
    ["cat notes/**/*.md", "cat notes/a/b/c.md", true],
    ["cat notes/**/*.md", "cat notes/c.md", false],
    ["cat notes/***", "cat notes/a/b", true],
    ["cat notes/**", "cat other/a", false],
    // Never up.
    ["python3 scripts/*", "python3 scripts/../goals/a.sh.md", false],
    ["python3 scripts/**", "python3 scripts/../goals/a.sh.md", false],
    ["python3 scripts/**", "python3 scripts/a/../../goals/a.sh.md", false],
    ["cat *", "cat ..", false],
    ["cat **", "cat ..", false],
    ["cat **", "cat ../x", false],
    ["cat .*", "cat ..", false],
    ["cat *.", "cat ..", false],
    ["cat .**", "cat ../x", false],
    ["cat a/*", "cat a/..", false],
    ["cc -I*", "cc -I..", false],
    ["cc -I**", "cc -I../x", false],
    ["tool --dir=*", "tool --dir=..", false],
    ["tool --dirs=**", "tool --dirs=a:../b", false],
    ["cat ../notes/*", "cat ../notes/a", true],
    ["cat ../notes/*", "cat ../notes/..", false],
    ["cat ../notes/**", "cat ../notes/../x", false],
    ["git log *", "git log v1..v2", true],
    ["git log *", "git log v1...v2", true],
    // Never an assignment.
    ["make *", "make MAKEFILES=goals/mk.md", false],
    ["make *", "make MAKEFILES=x", false],
    ["make **", "make MAKEFILES=goals/mk.md", false],
    ["make *", "make CC:=x", false],
    ["make *", "make 'A B=x'", false],
    ["make C*", "make CC=x", false],
    ["make CC=*", "make CC=gcc", true],
    ["make CC=*", "make CC=a=b", true],
    ["make *", "make test", true],
    // Never an option that is not written.
    ["gh pr view **", "gh pr view --web", false],
    ["vim *", "vim +!sh", false],
    ["date +*", "date +%s", true],
    ["git log -*", "git log --all", false],
    ["git log -*", "git log -output=x", false],
    ["git log --*", "git log --all", true],
    ["git log --*", "git log --output=x", false],
    ["git log --*", "git log ---x", false],
    ["git log --since*", "git log --since=x", false],
    ["git log --since=*", "git log --since=--x", true],
    ["gh pr list", "ɡh pr list", false],
    ["gh pr list", "GH pr list", false],
  ];
  test.each(cases)("%p for %p: %p", (pattern, command, want) => {
    expect(matchesPattern(pattern, simpleCommand(command) ?? [])).toBe(want);
  });

  test("matchesPattern() takes a moment for a pattern of many * and a long word that nearly matches", () => {
    const stars = `cat ${"*a".repeat(40)}b`;
    const began = performance.now();
    expect(matchesPattern(stars, ["cat", "a".repeat(20_000)])).toBe(false);
    expect(performance.now() - began).toBeLessThan(2_000);
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
