/** Schedules: points in time that wake the loop, once each time. */
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { countCalls, decidedBy, MOVE, section } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop, start } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { waitFor } from "../../support/program/wait-for.ts";

const nowS = () => Math.floor(Date.now() / 1_000);

function place(me: Profile, name: string, record: object): void {
  me.write(`schedules/${name}.json`, `${JSON.stringify({ v: 1, ...record })}\n`);
}

const tick = (me: Profile) => looop(["tick"], { profile: me, stdout: ANYTHING }).stdout;

describe("in the loop", () => {
  test("a one-shot schedule wakes the loop once when written and once when due, and its note is shown", () => {
    const me = decidedBy(profile(), MOVE);
    looop(["schedule", "write", "call", "--in", "2h", "--note", "call back"], {
      profile: me,
      stdout: "scheduled call: in 2h\n",
    });
    tick(me);
    expect(section(me, "SCHEDULES")).toMatch(/^- call: in [12]h: call back$/);
    expect(tick(me)).toContain("world unchanged");
    place(me, "call", { at: nowS() - 1, note: "call back" });
    tick(me);
    expect(section(me, "WHAT CHANGED")).toBe('~ schedule:call: "pending" → "due"');
    expect(tick(me)).toContain("world unchanged");
    looop(["schedule", "rm", "call"], { profile: me, stdout: "dropped the schedule call\n" });
    tick(me);
    expect(section(me, "WHAT CHANGED")).toBe("- schedule:call is gone");
    expect(countCalls(me)).toBe(3);
  });

  test("a recurring schedule wakes the loop once, however many times were missed", () => {
    const me = decidedBy(profile(), MOVE);
    place(me, "review", { every_s: 3_600, anchor: nowS() - 10 });
    tick(me);
    place(me, "review", { every_s: 3_600, anchor: nowS() - 10 - 5 * 3_600 });
    tick(me);
    expect(section(me, "WHAT CHANGED")).toBe('~ schedule:review: {"period":0} → {"period":5}');
    expect(tick(me)).toContain("world unchanged");
  });

  test("a schedule whose anchor is still to come falls due at the anchor", () => {
    const me = decidedBy(profile(), MOVE);
    place(me, "review", { every_s: 86_400, anchor: nowS() + 3_600 });
    tick(me);
    place(me, "review", { every_s: 86_400, anchor: nowS() - 1 });
    tick(me);
    expect(section(me, "WHAT CHANGED")).toBe('~ schedule:review: {"period":-1} → {"period":0}');
  });

  test("a time on a wall clock wakes the loop once, however many times were missed", () => {
    const me = decidedBy(profile(), MOVE);
    // The rule that changes stands for the time that passes: its last due time is another one.
    place(me, "often", { cron: "0 0 1 1 *", zone: "UTC" });
    tick(me);
    expect(section(me, "SCHEDULES")).toMatch(/^- often: cron 0 0 1 1 \* \(UTC\), next in \d+d$/);
    place(me, "often", { cron: "* * * * *", zone: "UTC" });
    tick(me);
    expect(section(me, "WHAT CHANGED")).toMatch(/^~ schedule:often: \{"last":\d+\} → \{"last":\d+\}$/);
    place(me, "often", { cron: "0 0 1 1 *", zone: "UTC" });
    tick(me);
    expect(tick(me)).toContain("world unchanged");
    expect(countCalls(me)).toBe(3);
  });

  test("a new note on a schedule does not wake the loop", () => {
    const me = decidedBy(profile(), MOVE);
    place(me, "call", { at: nowS() + 3_600 });
    tick(me);
    place(me, "call", { at: nowS() + 7_200, note: "later" });
    expect(tick(me)).toContain("world unchanged");
  });

  test("an invalid schedule has a stable reading", () => {
    const me = decidedBy(profile(), MOVE);
    me.write("schedules/torn.json", '{"v":1,"at');
    place(me, "odd", { every_s: 5 });
    place(me, "rule", { cron: "61 * * * *", zone: "UTC" });
    place(me, "zone", { cron: "0 9 * * *", zone: "Mars" });
    me.write("schedules/folder.json/x", "");
    me.write("schedules/.hidden.json", "{}");
    me.write("schedules/a b.json", "{}");
    tick(me);
    expect(section(me, "SCHEDULES")).toBe(
      "- folder: unparseable\n- odd: invalid\n- rule: invalid\n- torn: unparseable\n- zone: invalid",
    );
    expect(tick(me)).toContain("world unchanged");
  });

  test("the pulse beats when a schedule is due, not an interval later", async () => {
    const me = decidedBy(profile(), MOVE, "interval = 3600");
    looop(["schedule", "write", "soon", "--in", "2"], { profile: me, stdout: ANYTHING });
    const pulse = start(["run"], { profile: me });
    await waitFor("the beat that sees it due", () => countCalls(me) === 2);
    expect(section(me, "WHAT CHANGED")).toBe('~ schedule:soon: "pending" → "due"');
    pulse.signal("SIGTERM");
    await pulse.ended({ stdout: ANYTHING });
  });
});

describe("looop schedule", () => {
  test("schedule list prints times and notes, as text and as JSON", () => {
    const me = profile();
    looop(["schedule", "list"], { profile: me, stdout: "(no schedules)\n" });
    looop(["schedule", "write", "review", "--every", "7d", "--note", "the\tweek"], { profile: me, stdout: ANYTHING });
    looop(["schedule", "write", "call", "--in", "90"], { profile: me, stdout: ANYTHING });
    looop(["schedule", "list"], {
      profile: me,
      stdout: /^call\tin 1m\t\d{4}-\S+ \d\d:\d\d\nreview\tevery 7d, next in [67]d\t\d{4}-\S+ \d\d:\d\d\tthe week\n$/,
    });
    const { stdout } = looop(["schedule", "ls", "--json"], { profile: me, stdout: ANYTHING });
    expect(JSON.parse(stdout)).toMatchObject({
      v: 1,
      schedules: [
        { name: "call", signal: "pending", every_s: null, note: null },
        { name: "review", signal: { period: 0 }, every_s: 604_800, note: "the\tweek" },
      ],
    });
  });

  test("a length reads back as it was typed", () => {
    const me = profile();
    looop(["schedule", "write", "x", "--every", "90m"], {
      profile: me,
      stdout: /^scheduled x: every 90m, next in 1h\n$/,
    });
  });

  test("a time on a wall clock is kept with its zone, and listed with its next time", () => {
    const me = profile();
    const words = ["standup", "--at", "09:00", "--on", "weekdays", "--zone", "Asia/Tokyo", "--note", "who is blocked?"];
    looop(["schedule", "write", ...words], {
      profile: me,
      stdout: /^scheduled standup: at 09:00 on weekdays \(Asia\/Tokyo\), next in \d+[mhd]\n$/,
    });
    looop(["schedule", "write", "report", "--cron", "0 9 1 * *", "--zone", "UTC"], {
      profile: me,
      stdout: /cron 0 9 1/,
    });
    looop(["schedule", "write", "call", "--at", "2099-12-24 18:30", "--zone", "UTC"], {
      profile: me,
      stdout: /^scheduled call: in \d+d, once at 2099-12-2\d \d\d:30 here \(every day: --on daily\)\n$/,
    });

    expect(JSON.parse(me.read("schedules/standup.json") ?? "")).toEqual({
      v: 1,
      cron: "0 9 * * 1-5",
      zone: "Asia/Tokyo",
      note: "who is blocked?",
    });
    const { stdout } = looop(["schedule", "list", "--json"], { profile: me, stdout: ANYTHING });
    expect(JSON.parse(stdout).schedules).toMatchObject([
      { name: "call", next_at: "2099-12-24T18:30:00.000Z", cron: null },
      { name: "report", next_at: expect.stringMatching(/-01T09:00:00\.000Z$/), cron: "0 9 1 * *", zone: "UTC" },
      { name: "standup", next_at: expect.stringMatching(/T00:00:00\.000Z$/), signal: { last: expect.any(Number) } },
    ]);
  });

  test("schedule write replaces a schedule of that name", () => {
    const me = profile();
    looop(["schedule", "write", "x", "--every", "1h"], { profile: me, stdout: ANYTHING });
    looop(["schedule", "write", "x", "--in", "1h"], { profile: me, stdout: "scheduled x: in 1h\n" });
    expect(JSON.parse(me.read("schedules/x.json") ?? "")).toEqual({ v: 1, at: expect.any(Number) });
  });

  const bad: [title: string, words: string[], exit: number, stderr: RegExp][] = [
    ["neither --in nor --every", ["write", "x"], 2, /one of --in, --every, --at and --cron is needed/],
    ["both", ["write", "x", "--in", "1h", "--every", "1h"], 2, /--in and --every were given/],
    ["--on without a time of day", ["write", "x", "--every", "1d", "--on", "mon"], 2, /--on needs a time of day/],
    ["a rule that is none", ["write", "x", "--cron", "61 * * * *"], 2, /is no cron rule: Invalid value for minute: 61/],
    [
      "a zone that does not exist",
      ["write", "x", "--at", "9:00", "--zone", "Mars"],
      2,
      /no time zone is called "Mars"/,
    ],
    ["a zone without a time of day", ["write", "x", "--in", "1h", "--zone", "UTC"], 2, /--zone needs --at or --cron/],
    ["a period below a minute", ["write", "x", "--every", "59"], 2, /59 s is too often/],
    ["what is no length of time", ["write", "x", "--in", "tomorrow"], 2, /"tomorrow" is no length of time/],
    ["a negative one", ["write", "x", "--in=-5"], 2, /"-5" is no length of time/],
    ["a name that climbs out", ["write", "../x", "--in", "1h"], 2, /as a schedule id/],
    ["dropping what is not there", ["rm", "x"], 4, /Cannot delete the schedule x: no such schedule/],
    ["dropping what climbs out", ["rm", "../PLAYBOOK"], 2, /as a schedule id/],
  ];
  test.each(bad)("schedule write refuses %s", (_title, words, exit, stderr) => {
    const me = profile();
    looop(["schedule", ...words], { profile: me, exit, stderr });
    expect(existsSync(join(me.data, "schedules"))).toBe(false);
  });
});
