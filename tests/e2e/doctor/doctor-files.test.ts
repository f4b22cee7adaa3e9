/** `looop doctor` on records that are damaged, and on what `--fix` may remove. */
import { describe, expect, test } from "bun:test";
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { afterFirstBeat, doctorReport, findingLike, findingsOf } from "../../support/machine/doctor.ts";
import { noMounts } from "../../support/process/namespace.ts";
import { looop } from "../../support/program/looop.ts";
import { run } from "../../support/program/run.ts";
import { testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { isOver } from "../../support/session/foreign-sessions.ts";
import { fnv } from "../../support/session/raw-session.ts";
import { fleetProfile, worker } from "../../support/session/workers.ts";

describe("doctor names each record that is torn or damaged:", () => {
  const whole = [
    ["PLAYBOOK.md", "a\0b"],
    ["goals/g.md", new Uint8Array([0x67, 0xff, 0xfe])],
    ["trusted.json", "{"],
    ["pulse.json", ""],
    [".provenance.json", "[]"],
    [".last-tick-hash", "no hash\n"],
    [".last-failure.json", "x"],
    [".decides.json", "{"],
    [".next-interval", "soon\n"],
    [".seen.json", "nope"],
    ["asks/k7m2q.json", '{"v":1}'],
    ["answers/k7m2q.json", "yes"],
    ["claims/c.json", "{"],
    ["schedules/s.json", "{}"],
    ["verify/w.json", "{"],
    ["runs/tick-x/beat.json", "{"],
    ["sessions/looop-x/meta.json", "{"],
    ["sessions/looop-x/tells/000000000000001-000.json", "{}"],
  ] as const;

  test.each(whole)("%s", (path, content) => {
    const me = afterFirstBeat();
    me.write(path, content);

    const named = findingsOf(me).filter(({ check }) => check === "files");

    expect(named).toEqual(findingLike("files", "problem", new RegExp(`^${path.replaceAll(".", "\\.")} is `), /\S/));
    expect(doctorReport(me, ["--fix"])).toMatchObject({ healthy: false, fixed: [] });
    expect(readFileSync(join(me.data, path))).toEqual(Buffer.from(content));
  });

  test("cost.jsonl and events.jsonl, by the line", () => {
    const me = afterFirstBeat();
    const row = '{"ts":"2026-01-01T00:00:00Z","kind":"tick","id":"t","runner":"x","cost_usd":0}';
    me.write("cost.jsonl", `${row}\n{"ts":\n${row}\nwhat\n`);
    me.write("events.jsonl", '{"event":"a"}\n{"event":"b"}\n{"ev');

    expect(findingsOf(me)).toEqual([
      ...findingLike("files", "problem", /^cost\.jsonl is damaged: 2 lines, the first of them line 2,/, /editor/),
      ...findingLike("files", "note", /^a crash cut off a line of events\.jsonl$/),
    ]);
  });

  test("a FIFO, a folder and a dangling link in a record's place, without hanging", () => {
    const me = afterFirstBeat();
    rmSync(join(me.data, "trusted.json"), { force: true });
    run(["mkfifo", join(me.data, "trusted.json")], { env: me.env, cwd: "/" });
    mkdirSync(join(me.data, "claims/c.json"), { recursive: true });
    symlinkSync("/nowhere", join(me.data, "goals/away.md"));

    expect(findingsOf(me)).toEqual(
      expect.arrayContaining([
        ...findingLike("files", "problem", /^trusted\.json is a fifo, not a file/, /^mv /),
        ...findingLike("files", "problem", /^claims\/c\.json is a folder, not a file/),
        ...findingLike("files", "problem", /^goals\/away\.md is a link that leads to no file/),
      ]),
    );
  });

  test("a history that git can no longer read", () => {
    const me = afterFirstBeat();
    const objects = join(me.data, ".memory.git/objects");
    for (const name of readdirSync(objects).filter((it) => it.length === 2))
      rmSync(join(objects, name), { recursive: true });

    expect(findingsOf(me)).toEqual(
      findingLike("files", "problem", /history in \.memory\.git is damaged/, /^mv .*: a new history begins/),
    );
  });

  test("a hard link, as a note and not a problem", () => {
    const me = afterFirstBeat();
    linkSync(join(me.data, "events.jsonl"), join(me.home, "other"));

    expect(findingsOf(me)).toEqual(findingLike("files", "note", /^events\.jsonl has 2 names/));
  });

  testUnless(noMounts())("a record that belongs to another user", () => {
    const me = afterFirstBeat();
    run(["chown", "1234", join(me.data, "PLAYBOOK.md")], { env: me.env, cwd: "/" });

    expect(findingsOf(me)).toEqual(findingLike("files", "problem", /^PLAYBOOK\.md belongs to user 1234/, /^cp /));
  });
});

describe("doctor --fix", () => {
  test("removes only old temporary files that looop made and whose writers are dead", () => {
    const me = afterFirstBeat();
    const hourAgo = new Date(Date.now() - 7_200_000);
    const dead = 4_194_300; // above every number that Linux gives by default
    const old = (name: string) => {
      const path = me.write(name, "half");
      utimesSync(path, hourAgo, hourAgo);
      return path;
    };
    const gone = [old(`PLAYBOOK.md.${dead}.0.tmp`), old(`goals/g.md.${dead}.3.tmp`)];
    const kept = [old(`pulse.json.${process.pid}.0.tmp`), me.write(`cost.${dead}.1.tmp`, ""), old("my.tmp")];
    expect(findingsOf(me).map(({ check, level, fixable }) => [check, level, fixable])).toEqual([
      ["leftovers", "note", true],
      ["leftovers", "note", true],
    ]);

    expect(doctorReport(me, ["--fix"])).toMatchObject({ healthy: true, fixed: gone.map((path) => `removed ${path}`) });

    expect([gone.some(existsSync), kept.every(existsSync)]).toEqual([false, true]);
  });

  test("removes sockets of dead sessions, and keeps live ones", async () => {
    const me = fleetProfile();
    worker(me, "dead", "exec sleep 1000");
    worker(me, "live", "exec sleep 1000");
    const folder = join(me.home, ".babysit-sockets", fnv(me.data));
    const { babysit_pid: pid } = JSON.parse(me.read("sessions/looop-dead/meta.json") ?? "");
    process.kill(pid, "SIGKILL");
    await waitFor("its end", () => isOver(pid));
    const theirs = createServer().listen(join(folder, fnv("of-nobody-known")));

    const { fixed } = doctorReport(me, ["--fix"]);
    theirs.close();

    expect(fixed).toEqual([
      `removed ${join(me.data, "sessions/looop-dead/control.sock")}`,
      `removed ${join(folder, fnv("looop-dead"))}`,
    ]);
    expect(existsSync(join(folder, fnv("looop-live")))).toBe(true);
    looop(["kill", "live"], { profile: me, stdout: "killed session looop-live\n" });
  });
});
