/** goal, sensor and playbook: reading and writing policy by verb. */
import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { decidedBy, events, MOVE, section } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { profile } from "../../support/program/profile.ts";
import { ME, trustSensor } from "../../support/session/mailbox.ts";

const SCRIPT = "#!/bin/sh\necho '{\"signal\":1}'\n";

describe("goal", () => {
  test("goal write, show, list and archive work, and the next beat sees the goal", () => {
    const me = decidedBy(profile(), MOVE);
    looop(["goal", "write", "garden", "The garden", "is watered."], { profile: me, stdout: "wrote the goal garden\n" });
    expect(me.read("goals/garden.md")).toBe("The garden is watered.\n");
    looop(["goal", "write", "garden", "-"], {
      profile: me,
      stdin: "# Garden\n\nGreen.\n",
      stdout: "rewrote the goal garden\n",
    });
    looop(["goal", "show", "garden"], { profile: me, stdout: "# Garden\n\nGreen.\n" });
    looop(["tick"], { profile: me, stdout: ANYTHING });
    expect(section(me, "GOALS")).toContain("# Garden\n\nGreen.");
    looop(["goal", "list"], { profile: me, stdout: "garden\n" });
    looop(["goal", "archive", "garden"], {
      profile: me,
      stdout: "archived the goal garden as goals/archive/garden.md\n",
    });
    looop(["goal", "list"], { profile: me, stdout: "(no goals)\n" });
    looop(["goal", "ls", "--all"], { profile: me, stdout: "garden  (archived)\n" });
    looop(["goal", "show", "garden"], { profile: me, stdout: "# Garden\n\nGreen.\n" });
    expect(events(me).filter(({ event }) => event.startsWith("goal_"))).toMatchObject([
      { event: "goal_written", goal: "garden", by: "person" },
      { event: "goal_written" },
      { event: "goal_archived", to: "goals/archive/garden.md" },
    ]);
  });

  test("goal archive never replaces an older archive", () => {
    const me = profile();
    for (const text of ["first", "second", "third"]) {
      looop(["goal", "write", "g", text], { profile: me, stdout: ANYTHING });
      looop(["goal", "archive", "g"], { profile: me, stdout: ANYTHING });
    }
    expect(readdirSync(join(me.data, "goals/archive"))).toEqual(["g-1.md", "g-2.md", "g.md"]);
    expect(me.read("goals/archive/g-2.md")).toBe("third\n");
  });

  const bad: [title: string, words: string[], exit: number, stderr: RegExp][] = [
    ["an id that climbs out", ["goal", "write", "../x", "text"], 2, /Cannot use "\.\.\/x" as a goal id/],
    ["an empty text", ["goal", "write", "g", " "], 2, /the text is empty/],
    ["nothing on standard input", ["goal", "write", "g"], 2, /the text is empty/],
    ["an option that is none", ["goal", "write", "g", "--force"], 2, /unknown option --force\n.*Put -- before/],
    ["a goal that is not there", ["goal", "show", "nope"], 4, /Cannot find the goal nope/],
    ["archiving what is not there", ["goal", "archive", "nope"], 4, /Cannot find the goal nope/],
    ["a verb that is none", ["goal", "wirte", "g"], 2, /unknown command "goal wirte"\n.*looop goal write/],
  ];
  test.each(bad)("goal refuses %s", (_title, words, exit, stderr) => {
    const me = profile();
    looop(words, { profile: me, exit, stderr });
    expect(existsSync(join(me.data, "goals"))).toBe(false);
  });
});

describe("sensor", () => {
  test("sensor write, show, list and archive work, and the next beat runs the sensor", () => {
    const me = decidedBy(profile(), MOVE);
    looop(["sensor", "write", "disk"], { profile: me, stdin: SCRIPT, stdout: "wrote sensors/disk\n" });
    expect(statSync(join(me.data, "sensors/disk")).mode & 0o777).toBe(0o700);
    looop(["sensor", "show", "disk"], { profile: me, stdout: SCRIPT });
    looop(["tick"], { profile: me, stdout: ANYTHING });
    expect(me.read("snapshots/sensor-disk.json")).toBe('{"signal":1}\n');
    looop(["sensor", "list"], { profile: me, stdout: "disk  not trusted\n" });
    looop(["sensor", "archive", "disk"], { profile: me, stdout: "archived the sensor disk as sensors/archive/disk\n" });
    looop(["sensor", "list"], { profile: me, stdout: "(no sensors)\n" });
    looop(["tick"], { profile: me, stdout: ANYTHING });
    expect(me.read("snapshots/sensor-disk.json")).toBeUndefined();
  });

  test("sensor write replaces the file that a bare name means", () => {
    const me = profile();
    me.sensor("ci.sh", "echo 1");
    looop(["sensor", "write", "ci"], { profile: me, stdin: SCRIPT, stdout: "wrote sensors/ci.sh\n" });
    expect(readdirSync(join(me.data, "sensors"))).toEqual(["ci.sh"]);
  });

  test("sensor write refuses a script without a shebang", () => {
    looop(["sensor", "write", "x", "echo 1"], {
      exit: 2,
      stderr: /it does not begin with #!\n {2}hint: Begin it with a line like/,
    });
  });

  test("sensor trust holds for the script's bytes: any change ends it, and so does untrust", () => {
    const me = profile();
    me.sensor("ci.sh", "echo 1");
    expect(trustSensor(me, "ci")).toMatch(/^trusted sensors\/ci\.sh \([0-9a-f]{12}\)\n$/);
    looop(["sensor", "list"], { profile: me, stdout: "ci.sh  trusted\n" });
    me.sensor("ci.sh", "echo 2");
    looop(["sensor", "list"], { profile: me, stdout: "ci.sh  not trusted\n" });
    trustSensor(me, "ci.sh");
    looop(["sensor", "untrust", "ci", ME], { profile: me, stdout: "sensors/ci.sh is not trusted any more\n" });
    looop(["sensor", "untrust", "ci", ME], { profile: me, stdout: "sensors/ci.sh was not trusted\n" });
    looop(["sensor", "trust", "nope", ME], { profile: me, exit: 4, stderr: /Cannot find the sensor nope/ });
    expect(events(me).map(({ event }) => event)).toEqual(["sensor_trusted", "sensor_trusted", "sensor_untrusted"]);
  });

  test("the starter sensor is trusted from the first beat until the person withdraws it", () => {
    const me = profile();
    me.config('default = "offline"\n');
    looop(["tick"], { profile: me, stdout: ANYTHING });
    looop(["sensor", "list"], { profile: me, stdout: "today.sh  trusted\n" });
    looop(["sensor", "untrust", "today", ME], { profile: me, stdout: ANYTHING });
    looop(["tick"], { profile: me, stdout: ANYTHING });
    looop(["sensor", "list"], { profile: me, stdout: "today.sh  not trusted\n" });
  });

  test("a damaged trusted.json trusts nothing", () => {
    const me = profile();
    me.sensor("ci.sh", "echo 1");
    trustSensor(me, "ci");
    me.write("trusted.json", me.read("trusted.json")?.slice(0, -20) ?? "");
    looop(["sensor", "list"], { profile: me, stdout: "ci.sh  not trusted\n" });
  });

  test("sensor list names a script without execute permission", () => {
    const me = profile();
    chmodSync(me.sensor("ci.sh", "echo 1"), 0o600);
    looop(["sensor", "list"], { profile: me, stdout: "ci.sh  not trusted  not executable\n" });
  });
});

describe("playbook", () => {
  test("playbook write keeps the earlier version, and show prints either", () => {
    const me = profile();
    looop(["playbook", "write", "First."], { profile: me, stdout: "wrote PLAYBOOK.md\n" });
    looop(["playbook", "write"], {
      profile: me,
      stdin: "Second.\n",
      stdout: /^wrote PLAYBOOK\.md; what it was: looop playbook show \d{8}-\d{6}\n$/,
    });
    looop(["playbook", "show"], { profile: me, stdout: "Second.\n" });
    const { stdout } = looop(["playbook", "list"], { profile: me, stdout: /^\d{8}-\d{6}\n$/ });
    looop(["playbook", "show", stdout.trim()], { profile: me, stdout: "First.\n" });
    looop(["playbook", "show", "nope"], { profile: me, exit: 4, stderr: /no such PLAYBOOK/ });
  });

  test("playbook write keeps the newest twenty versions, also within one second", () => {
    const me = profile();
    for (let at = 0; at <= 25; at++) looop(["playbook", "write", `Body ${at}.`], { profile: me, stdout: ANYTHING });
    expect(readdirSync(join(me.data, "playbook.d"))).toHaveLength(20);
    const kept = looop(["playbook", "list"], { profile: me, stdout: ANYTHING }).stdout.trim().split("\n");
    expect(kept.map((name) => me.read(`playbook.d/${name}.md`))).toEqual(
      Array.from({ length: 20 }, (_, at) => `Body ${24 - at}.\n`),
    );
  });

  test("playbook archive keeps a copy and leaves the PLAYBOOK in force", () => {
    const me = profile();
    looop(["playbook", "archive"], { profile: me, exit: 4, stderr: /Cannot archive PLAYBOOK.md: no such file/ });
    me.write("PLAYBOOK.md", "Mine.\n");
    looop(["playbook", "archive"], { profile: me, stdout: /^kept PLAYBOOK\.md as playbook\.d\/\S+\.md\n$/ });
    expect(me.read("PLAYBOOK.md")).toBe("Mine.\n");
  });
});
