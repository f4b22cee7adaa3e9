/** What only the built program can show: it obeys no file of the folder it runs in, and leaves none behind. */
import { describe, expect, test } from "bun:test";
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { PROGRAM } from "../../support/program/program.ts";
import { run } from "../../support/program/run.ts";
import { fromSource, testUnless } from "../../support/program/skip.ts";

const VERSION = /^looop \d+\.\d+\.\d+\n$/;

const testBinary = testUnless(fromSource("only the built program shows this"));

/** A folder that wants its code to run and its environment to count. */
function hostileFolder(me: Profile): { folder: string; marks: string } {
  const folder = join(me.home, "hostile");
  const marks = join(folder, "marks");
  mkdirSync(marks, { recursive: true });
  writeFileSync(join(folder, "bunfig.toml"), 'preload = ["./preload.ts"]\n[test]\npreload = ["./preload.ts"]\n');
  writeFileSync(
    join(folder, "preload.ts"),
    `require("fs").writeFileSync(${JSON.stringify(join(marks, "preload"))}, "")`,
  );
  writeFileSync(
    join(folder, ".env"),
    `LOOOP_DATA_DIR=${join(marks, "data")}\nXDG_STATE_HOME=${join(marks, "state")}\n`,
  );
  return { folder, marks };
}

describe("the folder it runs in", () => {
  testBinary("looop runs no preload of a bunfig.toml in its current folder", () => {
    const me = profile();
    const { folder, marks } = hostileFolder(me);

    looop(["version"], { profile: me, cwd: folder, stdout: VERSION });

    expect(readdirSync(marks)).toEqual([]);
  });

  testBinary("looop takes no setting from a .env in its current folder", () => {
    const me = profile();
    const { folder, marks } = hostileFolder(me);

    looop(["_cost", "session", "w1", "pi", "0.01"], { profile: me, cwd: folder, env: { LOOOP_DATA_DIR: undefined } });

    expect([readdirSync(marks), existsSync(join(me.home, ".local/state/looop/cost.jsonl"))]).toEqual([[], true]);
  });

  testBinary("looop starts in a current folder that was removed, which takes an option for the runtime", () => {
    const me = profile();
    const gone = join(me.home, "gone");
    mkdirSync(gone);

    const script = 'rmdir "$PWD" && exec "$@"';
    const done = run(["/bin/bash", "-c", script, "bash", ...PROGRAM, "version"], { env: me.env, cwd: gone });

    expect(done).toEqual({ exit: 0, stdout: expect.stringMatching(/^looop /), stderr: "" });
  });
});

describe("the environment", () => {
  test("looop version needs no environment", () => {
    const me = profile();

    const done = run([...PROGRAM, "version"], { env: {}, cwd: me.home });

    expect(done).toEqual({ exit: 0, stdout: expect.stringMatching(VERSION), stderr: "" });
  });

  test("looop status without HOME and data folder says what to set", () => {
    looop(["status"], {
      env: { HOME: undefined, LOOOP_DATA_DIR: undefined },
      exit: 3,
      stderr: /^looop: .*HOME.*\n {2}hint: .+\n$/,
    });
  });
});

describe("what stays behind", () => {
  const verbs = ["version", "help", "status", "cost today", "_cost session w1 pi 0.01"];

  test.each(verbs)("looop %s leaves nothing in TMPDIR", (line) => {
    const me = profile();

    looop(line.split(" "), { profile: me, stdout: ANYTHING, stderr: ANYTHING });

    expect(readdirSync(me.temp)).toEqual([]);
  });
});

describe("the file itself", () => {
  testBinary("looop runs under another name, in another folder, without another file", () => {
    const me = profile();
    const moved = join(me.home, "l p");
    copyFileSync(PROGRAM[0] ?? "", moved);

    const done = run([moved, "version"], { env: me.env, cwd: me.home });

    rmSync(moved);
    expect(done).toEqual({ exit: 0, stdout: expect.stringMatching(VERSION), stderr: "" });
  });
});
