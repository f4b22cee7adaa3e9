/** up and down: the pulse in a session of its own. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import process from "node:process";
import { processesWith } from "../../support/process/processes.ts";
import { ANYTHING, looop, looopAsync } from "../../support/program/looop.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { fleetProfile, session, worker } from "../../support/session/workers.ts";

test("up returns once the pulse runs, and says how to see, watch and stop it", () => {
  const me = fleetProfile();
  const looopThere = `LOOOP_DATA_DIR=${me.data} looop`;
  const { stdout } = looop(["up"], { profile: me, stdout: ANYTHING });
  expect(stdout.replace(/pid \d+/, "pid N")).toBe(
    `started the pulse (pid N)\nsee:    ${looopThere} status\nwatch:  ${looopThere} attach pulse  (Ctrl-\\ twice leaves it)\nstop:   ${looopThere} down\n`,
  );
  looop(["status"], { profile: me, stdout: /^pulse: {6}running \(pid \d+\), a beat every 60 s, runner offline\n/ });
  looop(["up"], { profile: me, stdout: /^the pulse already runs \(pid \d+\)\n$/ });
  looop(["tick"], { profile: me, exit: 5, stderr: /the pulse already runs as process \d+/ });
});

test("two ups at once start one pulse, and both report it", async () => {
  const me = fleetProfile();
  const both = await Promise.all([1, 2].map(() => looopAsync(["up"], { profile: me, stdout: ANYTHING })));
  const pids = both.map(({ stdout }) => /pid (\d+)/.exec(stdout)?.[1]);
  expect(pids[0]).toBe(pids[1] ?? "none");
});

test("down ends the pulse, leaves the workers, and says which; --workers ends them too", () => {
  const me = fleetProfile();
  worker(me, "w1", "sleep 1000");
  looop(["up"], { profile: me, stdout: ANYTHING });
  looop(["down"], { profile: me, stdout: "pulse stopped\nstill running: w1\n" });
  looop(["status"], { profile: me, stdout: /^pulse: {6}stopped/ });
  looop(["down", "--workers"], { profile: me, stdout: "no pulse session to stop\nkilled w1\n" });
  expect(session(me, "looop-w1")?.alive).toBe(false);
});

test("down during a decide ends the runner, and the next prompt says so", async () => {
  const marker = `runner-${process.pid}-${performance.now()}`;
  const tick = `cat >prompt.txt; touch begun; bash -c 'sleep 1000; : ${marker}'`;
  const me = fleetProfile(`default = "slow"\n[runners.slow]\ntick = ${JSON.stringify(tick)}\n`);
  looop(["up"], { profile: me, stdout: ANYTHING });
  await waitFor("the runner", () => me.read("begun") !== undefined && processesWith(marker).length > 0);
  looop(["down"], { profile: me, stdout: /^pulse stopped\n/ });
  await waitFor("the runner's end", () => processesWith(marker).length === 0);
  me.config('default = "quick"\n[runners.quick]\ntick = "cat >prompt.txt"\n');
  looop(["tick"], { profile: me, stdout: ANYTHING });
  expect(me.read("prompt.txt")).toContain("was cut off in the middle");
});

test("up says why the pulse did not start", () => {
  const me = fleetProfile('default = "nobody"\n');
  looop(["up"], { profile: me, exit: 3, stderr: /Cannot use the runner "nobody"/ });
});

test("a flag is shown under NEEDS YOU on every beat that a person runs, and recorded as an event once", async () => {
  const me = fleetProfile(
    'default = "fake"\n[runners.fake]\ntick = "cat >/dev/null; echo \'- x moved\' >>journal.md"\n',
  );
  worker(me, "asks", '"$LOOOP_BIN" flag asks "Which branch?"; sleep 1000');
  await waitFor("the flag", () => session(me, "looop-asks")?.note === "Which branch?");
  const needs = new RegExp(
    `NEEDS YOU\n.*⚑ asks: Which branch\\? \\(\\d+s\\)\n.*→ LOOOP_DATA_DIR=${me.data} looop attach asks\n`,
  );
  looop(["tick"], { profile: me, stdout: needs });
  looop(["tick"], { profile: me, stdout: needs });
  expect(me.read("events.jsonl")?.match(/"event":"needs_you"/g)).toHaveLength(1);
  const prompt = readFileSync(
    `${me.data}/runs/${/tick-[\d-]+/.exec(me.read("events.jsonl") ?? "")?.[0]}/prompt.md`,
    "utf8",
  );
  expect(prompt).toContain("- asks [running]  ⚑ Which branch?");
});

test("a flag survives the death of its worker", async () => {
  const me = fleetProfile(
    'default = "fake"\n[runners.fake]\ntick = "cat >/dev/null; echo \'- x moved\' >>journal.md"\n',
  );
  worker(me, "asks", '"$LOOOP_BIN" flag asks "Lost?"; exit 1');
  await waitFor("its end", () => session(me, "looop-asks")?.alive === false);
  looop(["tick"], { profile: me, stdout: /Lost\?/ });
  looop(["tick"], { profile: me, stdout: /world unchanged[\s\S]*Lost\?/ });
});

test("the flag of a worker that the person ended no longer needs anyone, and stays on record", async () => {
  const me = fleetProfile('default = "offline"\n[decide]\nmode = "agent"\n');
  for (const id of ["one", "two"]) worker(me, id, `"$LOOOP_BIN" flag ${id} "Which branch?"; sleep 1000`);
  await waitFor("the flags", () => ["one", "two"].every((id) => session(me, `looop-${id}`)?.note !== undefined));
  looop(["tick"], { profile: me, stdout: /⚑ one[\s\S]*⚑ two/ });
  looop(["kill", "one"], { profile: me, stdout: ANYTHING });
  looop(["down", "--workers"], { profile: me, stdout: ANYTHING });
  const { stdout } = looop(["tick"], { profile: me, stdout: /killed by person/ });
  expect(stdout).not.toMatch(/NEEDS YOU|waits for the person|killed by person ⚑/);
  looop(["tick"], { profile: me, stdout: /^(?![\s\S]*NEEDS YOU)/ });
  expect(session(me, "looop-one")?.note).toBe("Which branch?");
});

test("the flag of a worker that was killed by pid stays under NEEDS YOU", async () => {
  const me = fleetProfile(
    'default = "fake"\n[runners.fake]\ntick = "cat >/dev/null; echo \'- x moved\' >>journal.md"\n',
  );
  worker(me, "asks", '"$LOOOP_BIN" flag asks "Lost?"; sleep 1000');
  await waitFor("the flag", () => session(me, "looop-asks")?.note === "Lost?");
  process.kill(JSON.parse(me.read("sessions/looop-asks/status.json") ?? "").child_pid, "SIGKILL");
  await waitFor("its end", () => session(me, "looop-asks")?.alive === false);
  looop(["tick"], { profile: me, stdout: /NEEDS YOU[\s\S]*Lost\?/ });
});
