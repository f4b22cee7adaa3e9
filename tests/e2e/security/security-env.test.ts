/** A hostile or unlucky environment for looop and its children. docs/threat-model.md has each outcome. */
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decidedBy, MOVE } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { PROGRAM } from "../../support/program/program.ts";
import { run } from "../../support/program/run.ts";
import { fromSource, missing, testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { fleetProfile, transcript, worker } from "../../support/session/workers.ts";

const testBinary = testUnless(fromSource("only the built program shows this"));

/** Writes a script that leaves a mark when it is run. */
function marker(me: Profile): { script: string; ran: () => boolean } {
  const script = join(me.home, "mark.js");
  const mark = join(me.home, "ran");
  writeFileSync(script, `require("fs").appendFileSync(${JSON.stringify(mark)}, "x");`);
  return { script, ran: () => existsSync(mark) };
}

/** Returns the text of all files below `folder`. */
function everyWord(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
    .join("\n");
}

describe("variables for a runtime", () => {
  testBinary("NODE_OPTIONS does not change looop, and is passed to children", () => {
    const me = profile();
    const { script, ran } = marker(me);

    looop(["version"], { profile: me, env: { NODE_OPTIONS: `--require ${script}` }, stdout: ANYTHING });

    expect(ran()).toBe(false);
  });

  testBinary(
    "BUN_OPTIONS runs code in the program it is set for, as LD_PRELOAD would, and is not passed on",
    async () => {
      const me = fleetProfile();
      const { script, ran } = marker(me);
      const env = { BUN_OPTIONS: `--preload ${script}` };
      looop(["version"], { profile: me, env, stdout: ANYTHING });
      expect(ran()).toBe(true);

      worker(me, "w", 'echo "got: $BUN_OPTIONS."; sleep 1000', env);

      await waitFor("its word", () => transcript(me, "looop-w").includes("got: ."));
      expect(everyWord(me.data)).not.toContain("--preload");
    },
  );

  testBinary("BUN_INSPECT opens no debugger in a supervisor or a worker, and both still start", async () => {
    const me = fleetProfile();
    const env = { BUN_INSPECT: `ws+unix://${me.home}/inspect`, BUN_INSPECT_NOTIFY: `unix://${me.home}/notify` };

    worker(me, "w", 'echo "got: $BUN_INSPECT."; sleep 1000', env);

    await waitFor("its word", () => transcript(me, "looop-w").includes("got: ."));
    const { babysit_pid: pid } = JSON.parse(me.read("sessions/looop-w/meta.json") ?? "");
    expect(readFileSync(`/proc/${pid}/environ`, "utf8")).not.toContain("BUN_INSPECT");
  });

  testBinary("BUN_BE_BUN=1 turns the program into bun, as every program compiled with it, and is not passed on", () => {
    const me = profile();
    const { exit, stderr } = run([...PROGRAM, "no-such-script"], { env: { ...me.env, BUN_BE_BUN: "1" }, cwd: me.home });
    expect([exit, stderr]).toEqual([1, expect.stringMatching(/Script not found/)]);
  });

  testUnless(missing("gcc") ?? fromSource("the runtimes are other programs"))(
    "LD_PRELOAD is obeyed by the system's loader before looop begins, and is a child's as it was",
    () => {
      const me = profile();
      const library = join(me.home, "mark.so");
      const source = join(me.home, "mark.c");
      writeFileSync(
        source,
        '#include <unistd.h>\n__attribute__((constructor)) void m(void) { write(2, "loaded\\n", 7); }\n',
      );
      run(["gcc", "-shared", "-fPIC", "-o", library, source], { env: me.env, cwd: me.home });

      looop(["version"], { profile: me, env: { LD_PRELOAD: library }, stdout: ANYTHING, stderr: "loaded\n" });
    },
  );
});

describe("a secret of the parent's environment", () => {
  test("reaches sensors, runners and workers, and is not written to any file", async () => {
    const me = decidedBy(fleetProfile(), `${MOVE}; test -n "$MY_TOKEN" && echo the runner has it`);
    const secret = "s3cret-4f1b9c";
    const env = { MY_TOKEN: secret };
    me.sensor("s.sh", 'test -n "$MY_TOKEN" && echo \'{"has":true}\'');

    looop(["tick"], { profile: me, env, stdout: /the runner has it/ });
    worker(me, "w", 'test -n "$MY_TOKEN" && echo the worker has it; sleep 1000', env);
    await waitFor("its word", () => transcript(me, "looop-w").includes("the worker has it"));
    looop(["up"], { profile: me, env, stdout: ANYTHING });
    looop(["down"], { profile: me, env, stdout: ANYTHING });

    expect(me.read("snapshots/sensor-s.json")).toBe('{"has":true}\n');
    expect(everyWord(me.data)).not.toContain(secret);
    expect(everyWord(me.home)).not.toContain(secret);
  });

  test("never appears on a command line", async () => {
    const me = fleetProfile();
    worker(me, "w", "sleep 1000", { MY_TOKEN: "s3cret-4f1b9c" });
    const { babysit_pid: pid } = JSON.parse(me.read("sessions/looop-w/meta.json") ?? "");
    expect(readFileSync(`/proc/${pid}/cmdline`, "utf8")).not.toContain("s3cret");
  });
});

describe("git's own variables", () => {
  test("GIT_ variables neither move the history nor make looop use another config", () => {
    const me = fleetProfile();
    const away = join(me.home, "away");
    const config = join(me.home, "gitconfig");
    writeFileSync(config, `[core]\n\tfsmonitor = touch ${me.home}/ran\n\thooksPath = ${me.home}\n`);
    const env = { GIT_DIR: away, GIT_WORK_TREE: me.home, GIT_CONFIG_GLOBAL: config, GIT_EXEC_PATH: me.home };

    looop(["tick"], { profile: me, env, stdout: ANYTHING, stderr: ANYTHING });

    expect([existsSync(away), existsSync(join(me.home, "ran")), existsSync(join(me.data, ".memory.git"))]).toEqual([
      false,
      false,
      true,
    ]);
  });
});

test("a worker inherits nothing of its starter's terminal, and has one of its own", async () => {
  const me = fleetProfile();
  const foreign = {
    TERM_PROGRAM: "x",
    COLUMNS: "7",
    LINES: "7",
    GPG_TTY: "/dev/pts/0",
    KITTY_WINDOW_ID: "1",
    TERM: "dumb",
  };
  worker(me, "w", "env > ~/env.txt; tput cols > ~/cols.txt; touch ~/done; exec sleep 300", foreign);
  await waitFor("its environment", () => existsSync(join(me.home, "done")));

  const env = me.read("../home/env.txt") ?? "";
  expect(env).not.toMatch(/^(?:TERM_PROGRAM|COLUMNS|LINES|GPG_TTY|KITTY_WINDOW_ID)=/m);
  expect(env).toMatch(/^TERM=xterm-256color$/m);
  expect(me.read("../home/cols.txt")).not.toBe("7\n");
});
