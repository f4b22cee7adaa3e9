import { describe, expect, test } from "bun:test";
import { judgeAllowPatterns } from "../../../src/core/doctor/allow-patterns.ts";

/** Returns the reason why a pattern is named as one that can run code, or undefined. */
function risk(pattern: string): string | undefined {
  return judgeAllowPatterns([pattern]).find(({ says }) => says.includes(" can run code: "))?.says;
}

describe("judgeAllowPatterns()", () => {
  const risky = [
    ...["make *", "gmake *", "just *", "python3 *", "python3.12 **", "node *", "/usr/bin/node *", "perl *", "ruby *"],
    ...["bash *", "sh -c *", "sh **", "find *", "find ** -name *", "xargs *", "env *", "nice * *", "timeout 5 *"],
    ...["ssh *", "ssh host *", "docker *", "docker run *", "kubectl exec *", "npm run *", "npx *", "cargo *", "uvx *"],
    ...["awk *", "gawk * *", "sed *", "tar *", "rsync **", "sudo *", "doas *", "git -c *", "git -c * status", "git *"],
    ...["git -C * status", "git -C ** log", "git bisect *", "vim *", "tee *", "cp * **", "crontab *", "systemctl *"],
    ...["gh pr list -*", "gh pr list --*", "busybox *", "systemd-run *", "busybox sh *", "sqlite3 **", "open *"],
  ];
  test.each(risky)("names %p as one that can run code", (pattern) => {
    expect(risk(pattern)).toStartWith(`[gates] allow "${pattern}" can run code: `);
  });

  const fine = [
    ...["make test", "python3 /home/me/bin/report.py", "git status", "git -C /home/me/src/** status", "gh pr view *"],
    ...["git -C /home/me/src/app log --since=*", "cat /home/me/notes/**", "ls *", "date +*", "npm test", "bash"],
  ];
  test.each(fine)("does not name %p", (pattern) => {
    expect(risk(pattern)).toBeUndefined();
  });

  test("tells in one note which patterns have a * that stands for less than it did", () => {
    const [first, ...more] = judgeAllowPatterns(["gh pr list", "gh pr view *", "cat /notes/**", "ls /a/*.md"]);
    expect(first?.says).toStartWith('[gates] allow "gh pr view *", "ls /a/*.md": * is one path segment or one word');
    expect(first?.level).toBe("note");
    expect(more).toEqual([]);
  });

  test("has nothing to say about patterns without a *", () => {
    expect(judgeAllowPatterns(["gh pr list", "cat /notes/**"])).toEqual([]);
  });
});
