/** The built-in runner, from outside: one move, one journal line, one row that says it cost nothing. */
import { describe, expect, test } from "bun:test";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";

const INBOX = 'echo \'{"items":["Pay the rent"]}\'';

function offlineProfile(): Profile {
  const person = profile();
  person.config('default = "offline"\n');
  return person;
}

const tick = (person: Profile) => looop(["tick"], { profile: person, stdout: ANYTHING }).stdout;
const lines = (text = "") => text.split("\n").filter((line) => line !== "");

describe("looop _offline", () => {
  test("makes one move, and adds one journal line in looop's form", () => {
    const person = offlineProfile();
    person.sensor("inbox.sh", INBOX);

    const text = tick(person);

    expect(person.read("goals/pay-the-rent.md")).toContain("goal: Pay the rent\n");
    expect(lines(person.read("journal.md"))).toEqual([
      expect.stringMatching(
        /^- \d{4}-\d\d-\d\d \d\d:\d\d inbox has a new item, "Pay the rent": wrote goals\/pay-the-rent/,
      ),
    ]);
    expect(text).toContain("written rules, not a model");
  });

  test("records a call with a known cost of zero", () => {
    const person = offlineProfile();

    tick(person);

    const rows = lines(person.read("cost.jsonl")).map((line) => JSON.parse(line));
    expect(rows).toEqual([
      expect.objectContaining({ kind: "tick", runner: "offline", cost_usd: 0, source: "measured", v: 1 }),
    ]);
  });

  test("does nothing in a world that no rule covers, and journals why", () => {
    const person = offlineProfile();
    person.sensor("weather.sh", "echo '{\"rain\":true}'");

    tick(person);

    expect(person.read("journal.md")).toContain("did nothing: no rule of the offline runner applies");
  });

  test("adds a note to the goal that a person forces", () => {
    const person = offlineProfile();
    person.goal("rent", "pay it\n");
    person.sensor("inbox.sh", "echo '{\"items\":[]}'");

    looop(["run", "rent"], { profile: person, stdout: ANYTHING });

    expect(person.read("goals/rent.md")).toMatch(
      /^pay it\n- \S+ \S+ inbox: \{"items":\[\]\}; today: .* \(offline runner\)\n$/,
    );
  });

  test("overwrites neither another's report nor an existing goal", () => {
    const person = offlineProfile();
    person.write("reports/repo.md", "mine\n");
    person.sensor("repo.sh", 'echo \'{"uncommitted":1,"branch":"main"}\'');

    tick(person);

    expect(person.read("reports/repo.md")).toBe("mine\n");
    expect(person.read("journal.md")).toContain("reports/repo.md is there already");
  });

  test("never overwrites an archived goal, and takes the next item", () => {
    const person = offlineProfile();
    person.write("goals/archive/pay-the-rent.md", "done\n");
    person.sensor("inbox.sh", 'echo \'{"items":["Pay the rent","Buy milk"]}\'');

    tick(person);

    expect([person.read("goals/pay-the-rent.md"), person.read("goals/buy-milk.md")]).toEqual([
      undefined,
      expect.stringContaining("goal: Buy milk"),
    ]);
  });

  const strange: [title: string, stdin: string | Uint8Array][] = [
    ["nothing", ""],
    ["other text", "hello\n"],
    ["bytes", new Uint8Array([0, 255, 254, 10])],
  ];
  test.each(strange)("refuses %s on stdin with exit 2, and writes nothing", (_title, stdin) => {
    const person = offlineProfile();

    looop(["_offline"], {
      profile: person,
      stdin,
      exit: 2,
      stderr: /^looop: Cannot decide: stdin has no prompt from looop\n {2}hint: /,
    });

    expect(person.read("journal.md")).toBeUndefined();
  });

  test("replays an archived prompt without a row when no call is recorded", () => {
    const person = offlineProfile();
    const prompt = "x\n\n=== PLAYBOOK ===\np\n\n=== SENSOR READINGS ===\n(no sensors)\n";

    looop(["_offline"], { profile: person, stdin: prompt, stdout: /journal: did nothing/ });

    expect(person.read("cost.jsonl")).toBeUndefined();
  });
});
