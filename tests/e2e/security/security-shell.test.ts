/** Ids, notes, tasks and paths reach shells, tmux and printed command lines as data, whatever they hold. */
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decidedBy, MOVE } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import type { Profile } from "../../support/program/profile.ts";
import { PROGRAM } from "../../support/program/program.ts";
import { run } from "../../support/program/run.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { fleetProfile, transcript } from "../../support/session/workers.ts";

/** What a shell would run, end, or take apart; `P` is what it would make. */
const EVIL = 'it\'s "$(touch P)" `touch P`; touch P & touch P | touch P > P $IFS $((1)) #(touch P) \\ -n --help * ~ !x';

/** Whether anything anywhere below HOME, data folder or temporary folder was made by it. */
function pwned(me: Profile): string[] {
  return [me.home, me.data, me.temp].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /(^|\/)P$/.test(name)),
  );
}

/** Runs each command line that `text` offers to type, as a person would, in a shell. */
function typed(me: Profile, line: string, env: Record<string, string>) {
  const folder = join(me.home, "typed");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "looop"), `#!/bin/sh\nexec ${PROGRAM.map((word) => `'${word}'`).join(" ")} "$@"\n`, {
    mode: 0o700,
  });
  const path = `${folder}:${me.env["PATH"]}`;
  return run(["bash", "-c", line], { env: { ...me.env, ...env, PATH: path }, cwd: me.home });
}

const odd: [what: string, name: string][] = [
  ["what a shell runs", EVIL.replaceAll("/", "")],
  ["a newline and quotes", `a\nb'c"d`],
  ["a leading dash", "-rf"],
];

describe("a data folder whose name is", () => {
  test.each(odd)(
    "a data folder named %s: sensors, runner, worker and contract work, and no part of the name is run",
    async (_what, name) => {
      const me = decidedBy(fleetProfile(), MOVE);
      const data = join(me.home, name);
      mkdirSync(data, { mode: 0o700 });
      writeFileSync(join(data, "PLAYBOOK.md"), "x\n");
      const env = { LOOOP_DATA_DIR: data };
      const all = { profile: me, env, stdout: ANYTHING, stderr: ANYTHING };
      const command =
        'cat "$LOOOP_DATA_DIR/PLAYBOOK.md"; "$LOOOP_BIN" flag "$LOOOP_SESSION_ID" "from $PWD"; sleep 1000';

      looop(["tick"], all);
      looop(["start-session", "w", EVIL, "--command", command], all);
      await waitFor("its flag", () => existsSync(join(data, "sessions/looop-w/note")));
      const { stdout } = looop(["tick"], all);
      looop(["down", "--workers"], all);

      expect(pwned(me)).toEqual([]);
      expect(stdout).toContain("NEEDS YOU");
    },
  );

  test("quotes a data folder's name in the command line under NEEDS YOU, so that it can be typed as it is", async () => {
    const me = decidedBy(fleetProfile(), MOVE);
    const data = join(me.home, EVIL.replaceAll("/", ""));
    mkdirSync(data, { mode: 0o700 });
    writeFileSync(join(data, "PLAYBOOK.md"), "x\n");
    const all = { profile: me, env: { LOOOP_DATA_DIR: data }, stdout: ANYTHING, stderr: ANYTHING };
    looop(["start-session", "w", "x", "--command", "echo I am here; sleep 1000"], all);
    looop(["flag", "w", EVIL], all);

    const [, line = ""] = /→ (.*looop attach w)$/m.exec(looop(["tick"], all).stdout) ?? [];
    const done = typed(me, line.replace(/looop attach w$/, "looop log w"), { LOOOP_DATA_DIR: "" });
    looop(["down", "--workers"], all);

    expect([done.stdout, pwned(me)]).toEqual([expect.stringContaining("I am here"), []]);
  });
});

describe("words that a person or a worker gives", () => {
  test("passes a task, a note, a message, an answer and typed text on unchanged, and runs no part of them", async () => {
    const me = decidedBy(fleetProfile(), MOVE);
    const all = { profile: me, stdout: ANYTHING, stderr: ANYTHING };

    looop(["start-session", "w", EVIL, "--command", "cat {{prompt_file}}; exec cat"], all);
    await waitFor("the task in the contract", () => transcript(me, "looop-w").includes(EVIL));
    looop(["flag", "w", EVIL], all);
    looop(["tell", "w", EVIL], all);
    looop(["goal", "write", "g", EVIL], all);
    looop(["schedule", "write", "s", "--in", "1h", "--note", EVIL], all);
    looop(["send", "w", EVIL], all);
    looop(["tick"], all);

    expect(me.read("sessions/looop-w/note")).toBe(EVIL);
    expect(looop(["told", "w"], all).stdout).toContain(EVIL);
    expect(me.read("goals/g.md")).toContain(EVIL);
    expect(pwned(me)).toEqual([]);
  });

  test("refuses shell words as an id before a shell could see them", () => {
    const me = fleetProfile();
    for (const words of [
      ["start-session", EVIL, "x"],
      ["flag", EVIL, "x"],
      ["goal", "write", EVIL, "x"],
      ["claim", EVIL],
      ["schedule", "write", EVIL, "--in", "1h"],
    ])
      looop(words, { profile: me, exit: 2, stderr: /^looop: Cannot/ });
    expect(pwned(me)).toEqual([]);
  });

  test("takes shell words in --cwd for the name of a folder", async () => {
    const me = fleetProfile();
    const cwd = join(me.home, EVIL.replaceAll("/", ""));
    mkdirSync(cwd);

    looop(["start-session", "w", "x", "--cwd", cwd, "--command", "pwd; sleep 1000"], { profile: me, stdout: ANYTHING });

    await waitFor("its folder", () => transcript(me, "looop-w").replaceAll(/\r?\n/g, "").includes("touch P"));
    expect(pwned(me)).toEqual([]);
  });
});

describe("names that others gave files", () => {
  test("runs a sensor whose file name holds shell words, and no part of the name", () => {
    const me = decidedBy(fleetProfile(), MOVE);
    const name = EVIL.replaceAll("/", "");
    me.sensor(name, "echo 1");
    me.write(`goals/${name}.md`, "x\n");
    me.write(`reports/${name}.md`, "x\n");

    for (const line of ["tick", "sensor list", "goal list", "state", "status", "history", "doctor", "why", "approve"])
      run([...PROGRAM, ...line.split(" ")], { env: me.env, cwd: me.home });

    expect(pwned(me)).toEqual([]);
  });
});
