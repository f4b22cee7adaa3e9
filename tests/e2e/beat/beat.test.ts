/** One beat: when it calls the decider, when it does not, and what it remembers. The deciders are shell one-liners. */
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, readlinkSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  countCalls,
  decidedBy,
  eventNames,
  events,
  failing,
  MOVE,
  prompt,
  section,
} from "../../support/model/shell-decider.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";

const SAID = { stdout: ANYTHING } as const;

/** Returns a profile after its first beat, so that only a change makes the next one decide. */
function settled(tick = MOVE): Profile {
  const me = decidedBy(profile(), tick);
  me.goal("docs", "write the docs\n");
  me.sensor("ci.sh", "cat ci.json");
  me.write("ci.json", '{"signal":{"red":[],"main":"green"},"detail":{"age":1}}');
  looop(["tick"], { profile: me, ...SAID });
  return me;
}

/** Sets the last failure back by an hour, so that its pause is over. */
function hourLater(me: Profile): void {
  const record = JSON.parse(me.read(".last-failure.json") ?? "{}");
  me.write(".last-failure.json", JSON.stringify({ ...record, at_ms: record.at_ms - 3_600_000 }));
}

describe("a beat", () => {
  test("calls the decider the first time, and not again while the world is the same", () => {
    const me = settled();

    for (const _ of [1, 2]) looop(["tick"], { profile: me, stdout: /world unchanged: no AI call\n$/ });

    expect(countCalls(me)).toBe(1);
    expect(eventNames(me).slice(-3)).toEqual(["tick_start", "sense_done", "world_unchanged"]);
  });

  const wakes: [title: string, wakes: boolean, change: (me: Profile) => void][] = [
    ["an edited goal", true, (me) => me.goal("docs", "write the docs soon\n")],
    ["a new goal", true, (me) => me.goal("more", "more\n")],
    ["an archived goal", true, (me) => renameSync(join(me.data, "goals/docs.md"), join(me.data, "goals/archive/d.md"))],
    ["an edited PLAYBOOK", true, (me) => me.write("PLAYBOOK.md", "Be loud.\n")],
    ["a new signal", true, (me) => me.write("ci.json", '{"signal":{"red":["lint"],"main":"green"},"detail":{}}')],
    ["a new sensor", true, (me) => me.sensor("mail.sh", "echo '{}'")],
    ["a sensor that fails now", true, (me) => me.sensor("ci.sh", "exit 3")],
    ["another detail", false, (me) => me.write("ci.json", '{"signal":{"red":[],"main":"green"},"detail":{"age":2}}')],
    ["another order of keys", false, (me) => me.write("ci.json", '{"detail":1,"signal":{ "main":"green", "red":[]}}')],
    ["another way to the same reading", false, (me) => me.sensor("ci.sh", "cat ./ci.json")],
    ["a journal line", false, (me) => me.write("journal.md", "- 2026-01-01 00:00 by hand\n")],
    ["something in the archive", false, (me) => me.write("goals/archive/old.md", "old\n")],
    ["a report", false, (me) => me.write("reports/x.md", "x")],
    ["a claim", false, (me) => me.write("claims/x.json", '{"session":"looop-x"}')],
  ];
  test.each(wakes)("calls the decider only when the world changed: %s (%p)", (_title, woken, change) => {
    const me = settled();
    change(me);

    looop(["tick"], { profile: me, ...SAID });

    expect(countCalls(me)).toBe(woken ? 2 : 1);
  });

  test("shows the changed item in WHAT CHANGED, with its old and its new signal", () => {
    const me = settled();
    me.write("ci.json", '{"signal":{"main":"red"}}');
    me.goal("more", "more\n");

    looop(["tick"], { profile: me, ...SAID });

    expect(section(me, "WHAT CHANGED")).toBe(
      '+ goal:more appeared\n~ snap:ci: {"main":"green","red":[]} → {"main":"red"}',
    );
  });

  test("decides once more after a runner that edited a goal, and then no more", () => {
    const me = settled(`${MOVE}; [ -e goals/own.md ] || echo mine > goals/own.md`);

    looop(["tick"], { profile: me, stdout: /done/ });
    looop(["tick"], { profile: me, stdout: /world unchanged/ });

    expect(countCalls(me)).toBe(2);
  });

  test("does not take another time zone for a change", () => {
    const me = settled();

    for (const TZ of ["Asia/Kathmandu", "America/St_Johns"]) {
      looop(["tick"], { profile: me, env: { TZ }, stdout: /world unchanged/ });
    }
  });

  test("tells the decider the local time, with its zone", () => {
    const me = decidedBy(profile(), MOVE);

    looop(["tick"], { profile: me, env: { TZ: "Asia/Kathmandu" }, ...SAID });

    expect(section(me, "NOW")).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d \(local time, UTC\+05:45\)\n/);
  });

  test("runs without date, kill, timeout and a hash tool on PATH", () => {
    const me = decidedBy(profile(), "read -r x; echo '- moved' >> journal.md");
    for (const name of ["date", "kill", "sha1sum", "shasum", "cksum", "timeout", "gtimeout", "tmux"]) {
      me.command(name, "exit 127");
    }
    me.sensor("a.sh", "echo '{}'");

    looop(["tick"], { profile: me, stdout: /done/ });
    looop(["tick"], { profile: me, stdout: /world unchanged/ });
  });
});

describe("a beat whose decider fails", () => {
  test("exits 1 when the decider fails, keeps the changes, and waits before it spends again", () => {
    const me = decidedBy(profile(), failing(7));

    looop(["tick"], { profile: me, exit: 1, stdout: /failed .*exit code 7\n/ });
    looop(["tick"], { profile: me, exit: 7, stdout: /held until \d\d:\d\d:\d\d: the last beat failed/ });

    expect([countCalls(me), me.read(".last-tick-hash")]).toEqual([1, undefined]);
  });

  test("decides again after the pause, and tells the decider what went wrong", () => {
    const me = decidedBy(profile(), failing(7));
    looop(["tick"], { profile: me, exit: 1, ...SAID });
    hourLater(me);

    looop(["tick"], { profile: me, exit: 1, ...SAID });

    expect(section(me, "LAST FAILURE")).toMatch(/^1 in a row; .*exit code 7[\s\S]*what went wrong/);
  });

  test("decides again at once when the PLAYBOOK was edited", () => {
    const me = decidedBy(profile(), failing(7));
    looop(["tick"], { profile: me, exit: 1, ...SAID });
    me.write("PLAYBOOK.md", "Try it another way.\n");

    looop(["tick"], { profile: me, exit: 1, ...SAID });

    expect(countCalls(me)).toBe(2);
  });

  test("clears the record of failures at the first success", () => {
    const me = decidedBy(profile(), failing(7));
    looop(["tick"], { profile: me, exit: 1, ...SAID });
    hourLater(me);
    decidedBy(me, MOVE);

    looop(["tick"], { profile: me, ...SAID });
    me.goal("x", "x\n");
    looop(["tick"], { profile: me, ...SAID });

    expect([section(me, "LAST FAILURE"), existsSync(join(me.data, ".last-failure.json"))]).toEqual([undefined, false]);
  });

  test("waits the longest pause when the record of failures is not readable", () => {
    const me = decidedBy(profile(), MOVE);
    me.write(".last-failure.json", "half a rec");

    looop(["tick"], { profile: me, exit: 7, stdout: /held until/ });

    expect(countCalls(me)).toBe(0);
  });
});

describe("the hourly cap", () => {
  const cap = { env: { LOOOP_MAX_DECIDES_PER_HOUR: "1" } };

  test("holds the second decide of the hour at a cap of 1, and says so", () => {
    const me = decidedBy(profile(), MOVE);
    looop(["tick"], { profile: me, ...cap, ...SAID });
    me.goal("x", "x\n");

    looop(["tick"], { profile: me, ...cap, exit: 7, stdout: /held .*1 decides in the last hour/ });

    expect([countCalls(me), events(me).at(-1)?.["event"]]).toEqual([1, "tick_held"]);
  });

  test("counts failed decides towards the hourly cap", () => {
    const me = decidedBy(profile(), failing(1));
    looop(["tick"], { profile: me, ...cap, exit: 1, ...SAID });
    me.write("PLAYBOOK.md", "An edit cuts the pause, not the cap.\n");

    looop(["tick"], { profile: me, ...cap, exit: 7, stdout: /held/ });
  });

  test("never calls the decider at an hourly cap of 0", () => {
    const me = decidedBy(profile(), MOVE);

    looop(["tick"], { profile: me, env: { LOOOP_MAX_DECIDES_PER_HOUR: "0" }, exit: 7, stdout: /held/ });

    expect(countCalls(me)).toBe(0);
  });

  test("keeps the hourly cap closed when its record is not readable", () => {
    const me = decidedBy(profile(), MOVE);
    me.write(".decides.json", '{"v":1,"at_ms":[17');

    looop(["tick"], { profile: me, exit: 7, stdout: /held/ });
  });
});

describe("the archive of a beat", () => {
  test("archives the prompt as it was sent, and each printed line with its time", () => {
    const me = decidedBy(profile(), `${MOVE}; echo out; echo err >&2; printf last`);

    looop(["tick"], { profile: me, stdout: /│ out\n.*│ err\n.*│ last\n/ });

    const [run = ""] = readdirSync(join(me.data, "runs"));
    const output = readFileSync(join(me.data, "runs", run, "output.log"), "utf8");
    expect(output).toMatch(/^\[\d\d:\d\d:\d\d\] out\n\[\d\d:\d\d:\d\d\] err\n\[\d\d:\d\d:\d\d\] last\n$/);
    expect(me.read(`runs/${run}/prompt.md`)).toBe(prompt(me));
    expect([readdirSync(join(me.data, "runs", run)).sort(), me.read("tick.log")]).toEqual([
      ["beat.json", "output.log", "prompt.md"],
      output,
    ]);
    expect(readlinkSync(join(me.data, "tick.log"))).toBe(`runs/${run}/output.log`);
  });

  test("gives each beat its own archive, also two within one second", () => {
    const me = decidedBy(profile(), `${MOVE}; date >> PLAYBOOK.md`);

    for (const _ of [1, 2, 3]) looop(["tick"], { profile: me, ...SAID });

    expect(readdirSync(join(me.data, "runs"))).toHaveLength(3);
  });

  test("removes an archive once there are LOOOP_RUNS_KEEP newer ones", () => {
    const me = decidedBy(profile(), `${MOVE}; date >> PLAYBOOK.md`);

    for (const _ of [1, 2, 3, 4]) looop(["tick"], { profile: me, env: { LOOOP_RUNS_KEEP: "2" }, ...SAID });

    const decided = events(me).filter(({ event }) => event === "decided");
    const newest = decided.slice(-2).map(({ run_id }) => `${run_id}`);
    expect(readdirSync(join(me.data, "runs")).sort()).toEqual(newest.sort());
  });

  test("lets only its owner read an archive", () => {
    const me = decidedBy(profile(), MOVE);
    looop(["tick"], { profile: me, ...SAID });
    const [run = ""] = readdirSync(join(me.data, "runs"));

    const modes = ["runs", `runs/${run}`, `runs/${run}/prompt.md`, `runs/${run}/output.log`, "events.jsonl"];

    expect(modes.map((path) => statSync(join(me.data, path)).mode & 0o077)).toEqual([0, 0, 0, 0, 0]);
  });
});

describe("what waits for the person", () => {
  test("shows waiting questions on a beat that has nothing to decide", () => {
    const me = settled();
    me.write("attention.md", "sign the contract\n\n");

    looop(["tick"], {
      profile: me,
      stdout: /world unchanged[\s\S]*NEEDS YOU\n.* ⚑ sign the contract \(\d+s\)\n.*→ \$EDITOR .*attention\.md\n$/,
    });
  });

  test("records waiting questions as an event only when they changed", () => {
    const me = settled();
    for (const text of ["one\n", "one\n", "two\n", "", "two\n"]) {
      me.write("attention.md", text);
      looop(["tick"], { profile: me, ...SAID });
    }

    expect(eventNames(me).filter((name) => name === "needs_you")).toHaveLength(3);
  });

  test("shows waiting questions on a beat that failed", () => {
    const me = decidedBy(profile(), failing(1));
    me.write("attention.md", "sign the contract\n");

    looop(["tick"], { profile: me, exit: 1, stdout: /NEEDS YOU[\s\S]*sign the contract/ });
  });

  test("removes control characters from waiting questions", () => {
    const me = settled();
    me.write("attention.md", "a\u001b[2Jb\u001b]0;title\u0007c\u202ed\n");

    looop(["tick"], { profile: me, stdout: /⚑ abcd \(/ });
  });
});

describe("events", () => {
  test("record one beat from start to end, each event with its time in UTC and a version", () => {
    const me = decidedBy(profile(), MOVE);
    looop(["tick"], { profile: me, ...SAID });

    expect(eventNames(me)).toEqual(["tick_start", "sense_done", "decide_start", "decided"]);
    for (const event of events(me)) {
      expect(event).toMatchObject({ v: 1, ts: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) });
    }
  });

  test("go on in a new line after a torn last line", () => {
    const me = settled();
    me.write("events.jsonl", '{"event":"tick_st');

    looop(["tick"], { profile: me, ...SAID });

    const [torn, ...rest] = me.read("events.jsonl")?.trimEnd().split("\n") ?? [];
    expect([torn, rest.map((line) => JSON.parse(line).event)]).toEqual([
      '{"event":"tick_st',
      ["tick_start", "sense_done", "world_unchanged"],
    ]);
  });
});
