/** `looop sensor add` and `looop sensor recipes`: ready-made sensors, written, read, and run by a beat. */
import { expect, test } from "bun:test";
import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { shellQuote } from "../../../src/core/shell/quote.ts";
import { decidedBy, events, MOVE, section } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop, start } from "../../support/program/looop.ts";
import { profile } from "../../support/program/profile.ts";
import { PROGRAM } from "../../support/program/program.ts";
import { addRecipe } from "../../support/program/recipe.ts";
import { pendingAsk } from "../../support/session/mailbox.ts";
import { fleetProfile, worker } from "../../support/session/workers.ts";

test("sensor add writes a script with the person's settings, which the next beat runs", () => {
  const me = decidedBy(profile(), MOVE);
  mkdirSync(join(me.home, "in box"));

  const { stdout } = looop(["sensor", "add", "folder", "--set", "folder=in box", "--set", "names=*.txt"], {
    profile: me,
    stdout:
      /^wrote sensors\/folder; not trusted yet: looop sensor trust folder\nsuggested goal: [A-Z].*\nsuggested line for the PLAYBOOK: [A-Z].*\n.*--goal/,
  });
  expect(stdout.split("\n").length).toBe(5);
  expect(me.read("sensors/folder")).toContain(`\nfolder='${me.home}/in box' # `);
  expect(me.read("sensors/folder")).toContain("\nnames='*.txt' # ");
  expect(statSync(join(me.data, "sensors/folder")).mode & 0o777).toBe(0o700);
  expect(events(me)).toMatchObject([{ event: "sensor_written", sensor: "folder", by: "person" }]);

  looop(["tick"], { profile: me, stdout: ANYTHING });
  expect(section(me, "SENSOR READINGS")).toContain('{"signal":{"files":0,');
  expect(existsSync(join(me.data, "goals/folder.md"))).toBe(false);
});

test("sensor add --print shows the script and writes nothing; the page of recipes says what is not here", () => {
  const me = profile();
  const { stdout } = looop(["sensor", "add", "url-status", "--print"], { profile: me, stdout: /^#!\/bin\/sh\n/ });
  expect(stdout).toContain('\nurl="" # required: the address\n');
  expect(existsSync(me.data)).toBe(false);

  const env = { PATH: "/nowhere" };
  looop(["sensor", "recipes"], {
    profile: me,
    env,
    stdout: /^These need a command that is not here:\n(.*\n)*url-status +needs curl$/m,
  });
  const { recipes } = JSON.parse(looop(["sensor", "recipes", "--json"], { profile: me, env, stdout: ANYTHING }).stdout);
  expect(recipes).toContainEqual({
    name: "url-status",
    about: expect.stringContaining("a web address"),
    needs: ["curl"],
    missing: ["curl"],
    settings: [
      { name: "url", about: "required: the address" },
      { name: "expected", about: "the status that is right" },
    ],
  });
  expect(existsSync(me.data)).toBe(false);
});

test("sensor add --goal writes the goal and adds a line to the PLAYBOOK, once", () => {
  const me = profile();
  me.write("PLAYBOOK.md", "# Mine\n\n- be kind\n");
  me.goal("disk", "# Mine too\n");
  const words = ["sensor", "add", "disk", "--goal"];
  looop([...words, "--as", "disks"], {
    profile: me,
    stdout:
      "wrote sensors/disks; not trusted yet: looop sensor trust disks\nwrote the goal disks\nadded a line to PLAYBOOK.md\n",
  });
  expect(me.read("goals/disks.md")).toMatch(/^---\ngoal: .*\n---\n\n# disks\n\n.* The sensor `disks` watches it\.\n$/);
  expect(me.read("PLAYBOOK.md")).toMatch(/^# Mine\n\n- be kind\n- disks: When disks names [^\n]*\.\n$/);

  looop([...words, "--as", "disks", "--force"], {
    profile: me,
    stdout:
      "wrote sensors/disks; not trusted yet: looop sensor trust disks\nkept the goal disks, which exists\nthe PLAYBOOK has its line already\n",
  });
  looop(words, { profile: me, stdout: /^kept the goal disk, which exists$/m });
  expect(me.read("goals/disk.md")).toBe("# Mine too\n");
});

test("sensor add refuses an unknown recipe or setting, one that is missing, and to replace a sensor", () => {
  const me = profile();
  me.sensor("disk.sh", "echo 1");
  const refused = (words: string[], exit: number, stderr: RegExp) =>
    looop(["sensor", "add", ...words], { profile: me, exit, stderr });
  refused(["dsik"], 4, /Cannot find the recipe "dsik"\n.*Did you mean disk\?/);
  refused(["disk", "--set", "diks=/"], 2, /disk has no "diks"\n.*It has: disks/);
  refused(["disk", "--set", "disks"], 2, /it has no =\n.*name=value/);
  refused(["feed"], 2, /does not work without --set url=…\n.*looop sensor add feed --print/);
  refused(["disk"], 5, /sensors\/disk\.sh exists\n.*--as.*--force/);
  refused(["disk", "--as", "../x"], 2, /as a sensor id/);
  expect(me.read("sensors/disk.sh")).toContain("echo 1");
});

test("a recipe keeps its last reading when a look fails, and fails with words at the third failure in a row", async () => {
  const me = profile();
  const list = join(me.home, "todo.txt");
  const look = addRecipe(me, "todo-txt", { file: "todo.txt" });
  expect(await look()).toMatchObject({ exit: 1, stderr: `cannot read ${list}\n` });

  me.write("../home/todo.txt", "(A) call “Ann” \\ the other\nx done\n");
  const signal = { open: 1, urgent: ["(A) call “Ann” \\ the other"], due: [] };
  expect(await look()).toMatchObject({ exit: 0, signal, stderr: "" });
  const away = addRecipe(me, "todo-txt", { file: "gone.txt" });
  expect(await away()).toMatchObject({ exit: 0, signal, failed: 1, stderr: expect.stringContaining("gone.txt") });
  expect(await away()).toMatchObject({ exit: 0, signal, failed: 2 });
  expect(await away()).toMatchObject({ exit: 1, signal: { error: true } });
  expect(await away()).toMatchObject({ exit: 1 });
  const back = addRecipe(me, "todo-txt", { file: "todo.txt" });
  expect(await back()).toEqual({ exit: 0, signal, detail: { first: signal.urgent }, stderr: "" } as never);
});

test("another-looop counts the open questions of another data folder, by the real looop", async () => {
  const [me, other] = [profile(), fleetProfile()];
  worker(other, "w", "cat");
  start(["ask", "w", "--prompt", 'Which "one"?'], { profile: other });
  await pendingAsk(other);
  const bin = { LOOOP_BIN: me.command("other-looop", `exec ${PROGRAM.map(shellQuote).join(" ")} "$@"`) };

  const look = addRecipe(me, "another-looop", { data: other.data });
  expect(await look(bin)).toMatchObject({
    exit: 0,
    stderr: "",
    signal: { pulse: false, asks: 1 },
    detail: { asks: expect.arrayContaining([expect.stringContaining('Which "one"?')]) },
  });
  const gone = addRecipe(me, "another-looop", { data: "nowhere" });
  expect(await gone(bin)).toMatchObject({ failed: 1, signal: { asks: 1 }, stderr: `no folder ${me.home}/nowhere\n` });
});
