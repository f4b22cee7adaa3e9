/** Copies that other programs leave beside goals and sensors, and names as people write them. */
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { findingLike, findingsOf } from "../../support/machine/doctor.ts";
import { decidedBy, MOVE, section } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { profile } from "../../support/program/profile.ts";

const SAID = { stdout: ANYTHING } as const;

const COPIES = [
  ...["mail~", "#mail#", ".#mail", "mail.sh.bak", "mail.orig", "mail.rej", "mail.tmp", "mail.sh.swp", "mail.dpkg-old"],
  ...[
    "mail.sync-conflict-20260102-101010-ABCDEFG",
    "mail (Anna's conflicted copy 2026-01-02).sh",
    "~syncthing~mail.sh",
  ],
];

test("copies of editors, package managers and synchronizers are no sensors and no goals, and doctor names them", () => {
  const me = decidedBy(profile(), MOVE);
  me.sensor("mail", "echo '{\"signal\":1}'");
  for (const name of COPIES) me.sensor(name, `touch "$HOME/ran"; echo 2`);
  me.goal("docs", "write\n");
  me.goal("docs.sync-conflict-20260102-101010-ABCDEFG", "old\n");
  me.goal("docs (conflicted copy 2026-01-02)", "old\n");

  looop(["tick"], { profile: me, ...SAID });

  expect([section(me, "SENSOR READINGS"), section(me, "GOALS")]).toEqual([
    '--- mail\n{"signal":1}',
    "--- docs.md\nwrite",
  ]);
  expect(existsSync(join(me.home, "ran"))).toBe(false);
  looop(["sensor", "list"], { profile: me, stdout: /^mail .*\n$/ });
  expect(findingsOf(me)).toEqual(
    findingLike("sensors", "note", /^left alone, as copies of another program: sensors\/.* and 8 more$/, /rename one/),
  );
});

test("a goal whose file has a name as people write it can be shown, moved on, rewritten and archived", () => {
  const me = decidedBy(profile(), MOVE);
  me.goal("Über goal", "Water the garden.\n");

  looop(["goal", "show", "Über goal"], { profile: me, stdout: "Water the garden.\n" });
  looop(["run", "Über goal"], { profile: me, stdout: /moving on Über goal/ });
  looop(["goal", "write", "Über goal", "Water it twice."], { profile: me, stdout: "rewrote the goal Über goal\n" });
  looop(["goal", "archive", "Über goal"], { profile: me, stdout: /goals\/archive\/Über goal\.md/ });
  looop(["goal", "show", "Über goal"], { profile: me, stdout: "Water it twice.\n" });
  looop(["goal", "show", "../PLAYBOOK"], { profile: me, exit: 2, stderr: /as a goal id/ });
});
