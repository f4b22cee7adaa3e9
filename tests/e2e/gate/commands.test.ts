/** How commands that the gate or the person allowed are run: in which folder, with which shell and which environment. */
import { describe, expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { events } from "../../support/model/shell-decider.ts";
import { lastPromptSection, runBeat, runWokenBeat, typedProfile } from "../../support/model/typed-model.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { fleetProfile } from "../../support/session/workers.ts";

/** Shell code that leaves a mark when it runs as a part of a command, not of the runner. */
const MARK = "case $PWD in */work|*/verify/*) touch ~/owned;; esac";

describe("run_shell", () => {
  test("starts in an empty folder of its run, where git finds no repository", () => {
    const me = typedProfile('run_shell = "allow"');
    Bun.spawnSync(["git", "init", "-q", me.data]);
    runBeat(me, { action: "run_shell", cmd: "pwd; ls -A; git status 2>&1; true" });
    runBeat(me, { action: "noop" });

    expect(lastPromptSection(me, "OUTPUT OF YOUR LAST COMMAND")).toMatch(
      /\| \/.*\/runs\/tick-[\d-]+\/work\n\| fatal: not a git repository[^\n]*\n\(exit 0\)$/,
    );
  });

  test("does not run what the environment would make a shell run first, or in place of a program", () => {
    const me = typedProfile('run_shell = "allow"');
    const setup = join(me.home, "setup.sh");
    writeFileSync(setup, `${MARK}\nid() { echo not id; }\n`);
    const env = { BASH_ENV: setup, ENV: setup, "BASH_FUNC_date%%": "() { echo not date; }" };
    runBeat({ ...me, env: { ...me.env, ...env } }, { action: "run_shell", cmd: "date +x; id -u +x 2>&1; echo done" });
    runBeat(me, { action: "noop" });

    expect(lastPromptSection(me, "OUTPUT OF YOUR LAST COMMAND")).toMatch(
      /\| x\n\| id: .*\n(?:\| .*\n)*\| done\n\(exit 0\)$/,
    );
    expect(existsSync(join(me.home, "owned"))).toBe(false);
  });

  test("asks for a command whose word leaves the folder of a pattern, or sets a variable of make", () => {
    const me = typedProfile('allow = ["python3 scripts/*", "make *", "cat /data/**"]');
    const cmds = [
      "python3 scripts/../goals/a.sh.md",
      "make MAKEFILES=goals/mk.md",
      "make --eval=x",
      "cat /data/../etc/passwd",
    ];
    for (const cmd of cmds) {
      const record = runWokenBeat(me, { action: "run_shell", cmd });
      expect([cmd, record.judgement]).toEqual([
        cmd,
        { verdict: "ask", rule: "cmd matches no pattern in [gates] allow" },
      ]);
    }
  });
});

test("a verify command starts in an empty folder, with the words that were judged and no shell setup", () => {
  const me = typedProfile('allow = ["test -e *"]', fleetProfile());
  const setup = join(me.home, "setup.sh");
  writeFileSync(setup, `${MARK}\n`);
  me.write("proof", "");
  const env = { ...me.env, BASH_ENV: setup, "BASH_FUNC_test%%": "() { return 0; }" };
  runBeat({ ...me, env }, { action: "start_worker", id: "docs", prompt: "do it", verify: "test -e proof" });
  looop(["kill", "docs"], { profile: me, stdout: ANYTHING });
  runBeat({ ...me, env }, { action: "noop" });

  const verified = events(me).filter(({ event }) => event === "verified");
  expect(verified.map(({ worker, ok }) => [worker, ok])).toEqual([["docs", false]]);
  expect(existsSync(join(me.home, "owned"))).toBe(false);
  expect(existsSync(join(me.data, "verify/docs"))).toBe(false);
});
