/** The history of policy and journal, and the verbs that show it. The deciders are shell one-liners. */
import { describe, expect, test } from "bun:test";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fingerprint, git } from "../../support/machine/git-repo.ts";
import { decidedBy, failing, MOVE } from "../../support/model/shell-decider.ts";
import {
  openAsks,
  runBeat,
  runWhileThinking,
  runWokenBeat,
  setAnswer,
  typedProfile,
} from "../../support/model/typed-model.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { missing, testUnless } from "../../support/program/skip.ts";

const SAID = { stdout: ANYTHING } as const;
const withGit = testUnless(missing("git"));

/** Returns the changes of `history --json`, newest first, as `by: subject [files]`. */
function history(me: Profile): string[] {
  const { stdout } = looop(["history", "--json"], { profile: me, ...SAID });
  const changes: { by: string; subject: string; files: { path: string }[] }[] = JSON.parse(stdout).changes;
  return changes.map(({ by, subject, files }) => `${by}: ${subject} [${files.map(({ path }) => path).join(" ")}]`);
}

describe("a beat", () => {
  withGit("commits a beat as looop's change with its journal line, after one for the person's edits", () => {
    const me = decidedBy(profile(), `${MOVE}; echo mine > goals/own.md`);
    me.goal("docs", "write the docs\n");
    looop(["tick"], { profile: me, ...SAID });
    me.goal("docs", "write the docs soon\n");

    looop(["tick"], { profile: me, ...SAID });

    expect(history(me)).toEqual([
      "looop: - 2026-01-01 00:00 moved [journal.md]",
      "person: edited goals/docs.md [goals/docs.md]",
      "looop: - 2026-01-01 00:00 moved [goals/own.md journal.md]",
      "person: files present when history began [PLAYBOOK.md goals/docs.md]",
    ]);
  });

  withGit("commits nothing for a beat that changed nothing or did not decide", () => {
    const me = decidedBy(profile(), MOVE);
    looop(["tick"], { profile: me, ...SAID });
    for (const _ of [1, 2]) looop(["tick"], { profile: me, ...SAID });

    expect(history(me)).toHaveLength(2);
  });

  withGit("commits what a failed beat changed, and says that it failed", () => {
    const me = decidedBy(profile(), `echo half > goals/half.md; ${failing(3)}`);
    looop(["tick"], { profile: me, exit: 1, ...SAID });

    expect(history(me)[0]).toMatch(
      /^looop: \(looop\) failed: the runner ended with exit code 3.* \[goals\/half\.md journal\.md\]$/,
    );
  });

  withGit("commits a manual move", () => {
    const me = decidedBy(profile(), `${MOVE}; echo mine >> goals/docs.md`);
    me.goal("docs", "write the docs\n");
    looop(["run", "docs"], { profile: me, ...SAID });

    expect(history(me)[0]).toBe("looop: - 2026-01-01 00:00 moved [goals/docs.md journal.md]");
  });

  withGit("leaves a repository around the data folder unchanged", () => {
    const me = decidedBy(profile(), MOVE);
    me.goal("docs", "write the docs\n");
    git(me.data, "init", "-q");
    git(me.data, "add", "-A");
    git(me.data, "commit", "-qm", "Mine");
    const before = fingerprint(join(me.data, ".git"));

    looop(["tick"], { profile: me, env: { GIT_DIR: join(me.data, ".git"), GIT_INDEX_FILE: "x" }, ...SAID });

    expect(fingerprint(join(me.data, ".git"))).toEqual(before);
    expect(history(me)).toHaveLength(2);
    expect(git(me.data, "status", "--porcelain", "-uall")).not.toContain("memory");
  });
});

describe("a typed beat", () => {
  withGit("commits what the person edited while the model thought as the person's change", () => {
    const me = typedProfile();
    runWhileThinking(me, 'echo "mine" > "$LOOOP_DATA_DIR/goals/mine.md"');
    me.goal("docs", "write the docs\n");
    runBeat(me, { action: "write_goal", id: "new", body: "new", journal: "wrote new" });

    expect(history(me).slice(0, 2)).toEqual([
      expect.stringMatching(/^looop: - .* wrote new \[goals\/new\.md journal\.md\]$/),
      "person: files present when history began [PLAYBOOK.md goals/docs.md goals/mine.md]",
    ]);
  });

  withGit("commits an approved move as one change, and a denial as another", () => {
    const me = typedProfile();
    runBeat(me, { action: "run_shell", cmd: "date", journal: "looked at the time" });
    const [ask] = openAsks(me);
    looop(["answer", `${ask?.id}`, "yes", "--yes-i-am-the-person"], { profile: me, ...SAID });
    looop(["tick"], { profile: me, ...SAID });
    expect(JSON.parse(looop(["history", "--json"], { profile: me, ...SAID }).stdout).changes[0]).toMatchObject({
      ...{ by: "looop", kind: "answered", action: "run_shell" },
      subject: expect.stringMatching(/looked at the time$/),
    });

    runWokenBeat(me, { action: "run_shell", cmd: "id", journal: "looked who we are" });
    const [other] = openAsks(me);
    looop(["answer", `${other?.id}`, "no", "--yes-i-am-the-person"], { profile: me, ...SAID });
    looop(["tick"], { profile: me, ...SAID });

    expect(history(me).find((line) => line.includes("closed what was answered"))).toStartWith("looop: ");
    expect(history(me).filter((line) => line.includes("edited journal.md"))).toEqual([]);
  });

  withGit("tells a beat that was killed during its move from the person's edits", async () => {
    const me = typedProfile('run_shell = "allow"');
    const script = me.write("half.sh", 'echo half > "$LOOOP_DATA_DIR/goals/half.md"; kill -9 $PPID');
    setAnswer(me, { action: "run_shell", cmd: `sh ${script}` });

    looop(["tick"], { profile: me, exit: "SIGKILL", stdout: ANYTHING });
    runWokenBeat(me, { action: "noop" });

    const kinds = history(me).map((line) => line.replace(/tick-\S+/, "…"));
    expect(kinds.find((line) => line.includes("goals/half.md"))).toStartWith("looop: (looop) cut off in the middle");
  });
});

describe("history", () => {
  withGit("shows who changed what, and when", () => {
    const me = decidedBy(profile(), MOVE);
    looop(["tick"], { profile: me, ...SAID });

    looop(["history"], {
      profile: me,
      stdout:
        /^ +\ds {2}looop {3}tick-\d{8}-\d{6} +moved\n +\ds {2}person {2}[0-9a-f]{10} +files present when history began\n$/,
    });
    looop(["history", "--limit", "1"], { profile: me, stdout: /^.*moved\n$/ });
  });

  withGit("says when there is no history", () => {
    looop(["history"], { stderr: /Nothing yet/ });
    looop(["diff"], { exit: 4, stderr: /no beat has changed anything yet/ });
    looop(["undo"], { exit: 4, stderr: /Cannot undo/ });
  });

  test("says that history and undo need git", () => {
    const me = decidedBy(profile(), MOVE);
    // A PATH with the commands that a beat needs, without git.
    for (const name of ["bash", "cat"]) me.command(name, `#!/bin/sh\nexec /usr/bin/${name} "$@"`);
    const env = { PATH: join(me.home, "../bin") };

    for (const verb of ["history", "undo", "diff"]) {
      looop([verb], { profile: me, env, exit: 3, stderr: /git is not on PATH\n {2}hint: Install git/ });
    }
    looop(["tick"], { profile: me, env, ...SAID });
    expect(existsSync(join(me.data, ".memory.git"))).toBe(false);
  });

  test("keeps no history when the config turns it off", () => {
    const me = decidedBy(profile(), MOVE, "[memory]\ngit = false");

    looop(["tick"], { profile: me, ...SAID });

    expect(existsSync(join(me.data, ".memory.git"))).toBe(false);
    looop(["history"], {
      profile: me,
      exit: 3,
      stderr: /the history is turned off\n {2}hint: Set git = true under \[memory\]/,
    });
  });

  const limits = ["0", "-1", "1.5", "many"];
  test.each(limits)("refuses a limit of %s", (limit) => {
    looop(["history", `--limit=${limit}`], { exit: 2, stderr: /Cannot read the command line: --limit is/ });
  });
});

describe("diff", () => {
  withGit("shows what the last beat changed, or the one named", () => {
    const me = decidedBy(profile(), `${MOVE}; date >> goals/own.md`);
    looop(["tick"], { profile: me, ...SAID });
    me.goal("docs", "write the docs\n");
    looop(["tick"], { profile: me, ...SAID });
    const [, , first] = JSON.parse(looop(["history", "--json"], { profile: me, ...SAID }).stdout).changes;

    looop(["diff"], { profile: me, stdout: /^diff --git a\/goals\/own\.md[\s\S]*\n\+.*\ndiff --git a\/journal\.md/ });
    looop(["diff", first.beat], { profile: me, stdout: /new file mode 100644/ });
    looop(["diff", first.commit.slice(0, 8)], { profile: me, stdout: /new file mode 100644/ });
    looop(["diff", "tick-0"], { profile: me, exit: 4, stderr: /no beat of that name/ });
  });

  withGit("removes control characters from a diff", () => {
    const me = decidedBy(profile(), `${MOVE}; printf 'a\\033[2Jb\\033]0;t\\007c\\n' > goals/own.md`);
    looop(["tick"], { profile: me, ...SAID });

    looop(["diff"], { profile: me, stdout: /\n\+abc\n/ });
  });
});

describe("memory that is damaged", () => {
  withGit("does not fail a beat when its repository is damaged", () => {
    const me = decidedBy(profile(), MOVE);
    looop(["tick"], { profile: me, ...SAID });
    rmSync(join(me.data, ".memory.git/objects"), { recursive: true });
    rmSync(join(me.data, ".memory.git/looop-seen.json"));
    me.goal("docs", "write the docs\n");

    looop(["tick"], {
      profile: me,
      stdout: /memory: the history could not be read, so a new one begins[\s\S]*└─ done/,
    });

    expect(history(me)).toHaveLength(2);
  });

  test("does not fail a beat when a file is in its folder's place", () => {
    const me = decidedBy(profile(), MOVE);
    me.write(".memory.git", "a file\n");

    looop(["tick"], { profile: me, stdout: /not remembered: [\s\S]*└─ done/ });
  });
});
