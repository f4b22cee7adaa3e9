/** A day of the caps is a day: no time zone, clock or change of zone makes more of them. */
import { describe, expect } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { atMoment as at } from "../../support/machine/fake-time.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { missing, testUnless } from "../../support/program/skip.ts";

const timed = testUnless(missing("faketime"));

/** A profile whose decider costs 90 cents of a dollar a day. */
function spender(more = ""): Profile {
  const me = profile();
  const result = `{"type":"result","subtype":"success","is_error":false,"total_cost_usd":0.9,"result":"{\\"action\\":\\"noop\\",\\"journal\\":\\"looked\\"}"}`;
  me.write("PLAYBOOK.md", "Be quiet.\n");
  config(me, result, more);
  return me;
}

function config(me: Profile, result: string, more: string): void {
  const decide = JSON.stringify(`cat >/dev/null; echo '${result}'`);
  me.config(
    `default = "fake"\n[decide]\nmode = "typed"\n[budget]\nday_usd = 1.0\n${more}\n[runners.fake]\ninteractive = "true {{prompt_file}}"\ndecide = ${decide}\n`,
  );
}

let edit = 0;
function beat(me: Profile, env: Record<string, string>, isHeld: boolean): void {
  me.goal("waker", `${edit++}\n`);
  const held = isHeld ? { exit: 7, stdout: /\$0\.9 of \$1 is spent today/ } : { stdout: ANYTHING };
  looop(["tick"], { profile: me, env, ...held });
}

const ZONES = [
  "Pacific/Kiritimati",
  "Etc/GMT+12",
  "Pacific/Apia",
  "America/Los_Angeles",
  "Asia/Kathmandu",
  "",
  "<-12>12",
  "Bogus/Zone",
];

describe("the day of the caps", () => {
  timed("is the same for a caller in any time zone", () => {
    const me = spender();
    beat(me, at("2027-06-01T09:00:00Z"), false);
    for (const time of ["2027-06-01T09:30:00Z", "2027-06-01T12:30:00Z", "2027-06-01T23:59:00Z"])
      for (const zone of ZONES) beat(me, at(time, zone), true);
    looop(["cost", "--json"], { profile: me, stdout: /"total_usd":0\.9,"calls":1,/ });
    beat(me, at("2027-06-02T00:00:10Z", "Etc/GMT+12"), false);
    beat(me, at("2027-06-02T12:30:00Z"), true);
  });

  timed("is the same for a worker's start and for _cost in another zone", () => {
    const me = spender();
    beat(me, at("2027-06-01T09:00:00Z"), false);
    const there = at("2027-06-01T12:30:00Z", "Pacific/Kiritimati");
    looop(["_cost", "session", "w", "fake", "0.2"], { profile: me, env: there });
    looop(["start-session", "w", "x"], { profile: me, env: there, exit: 7, stderr: /\$1\.1 of \$1 is spent today/ });
    looop(["cost", "today"], { profile: me, env: there, stdout: /today \(2027-06-01 in UTC\)\n {2}total: \$1\.1 / });
    looop(["cost", "today", "--json"], { profile: me, env: there, stdout: /"day":"2027-06-01","zone":"UTC"/ });
    looop(["status"], { profile: me, env: there, stdout: /\ncost today: \$1\.1 / });
  });

  timed("has 25 hours where the clocks go back, and 23 where they go forward", () => {
    for (const [before, last, next] of [
      ["2027-10-30T22:30:00Z", "2027-10-31T22:59:50Z", "2027-10-31T23:00:10Z"],
      ["2027-03-27T23:30:00Z", "2027-03-28T21:59:50Z", "2027-03-28T22:00:10Z"],
    ] as const) {
      const me = spender();
      beat(me, at(before, "Europe/Berlin"), false);
      beat(me, at(last, "Europe/Berlin"), true);
      beat(me, at(last, "UTC"), true);
      beat(me, at(next, "UTC"), false);
    }
  });

  timed("begins in a zone of the config once the day on record is over", () => {
    const me = spender('zone = "Pacific/Kiritimati"');
    beat(me, at("2027-06-01T09:00:00Z"), false);
    beat(me, at("2027-06-01T09:59:50Z"), true);
    beat(me, at("2027-06-01T10:00:10Z"), false);
    const text = me.read("../home/.config/looop.toml") ?? "";
    me.config(text.replace("Pacific/Kiritimati", "Etc/GMT+12"));
    for (const time of ["2027-06-01T12:00:10Z", "2027-06-02T09:59:50Z"]) beat(me, at(time), true);
    // One long day, to the end of a date that comes later: 2 June is over in Kiritimati, so it is 3 June.
    beat(me, at("2027-06-02T10:00:10Z"), false);
    for (const time of ["2027-06-02T12:00:10Z", "2027-06-03T12:00:10Z", "2027-06-04T11:59:50Z"])
      beat(me, at(time), true);
    beat(me, at("2027-06-04T12:00:10Z"), false);
  });

  timed("is the day that an earlier version counted, until that is over", () => {
    const me = spender();
    beat(me, at("2027-06-01T09:00:00Z"), false);
    rmSync(join(me.data, ".day.json"));
    for (const zone of ZONES) {
      beat(me, at("2027-06-01T12:30:00Z", zone), true);
      rmSync(join(me.data, ".day.json"), { force: true });
    }
  });

  timed("does not begin again when the clock is set back", () => {
    const me = spender();
    beat(me, at("2027-06-02T09:00:00Z"), false);
    for (const time of ["2027-06-01T09:00:00Z", "2026-06-01T09:00:00Z"]) beat(me, at(time), true);
  });

  timed("is refused in a zone that does not exist", () => {
    const me = spender('zone = "Berlin"');
    looop(["tick"], { profile: me, exit: 3, stderr: /budget\.zone is "?Berlin"?; expected the name of a time zone/ });
    expect(me.read(".day.json")).toBeUndefined();
  });
});
