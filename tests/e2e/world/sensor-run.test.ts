/** `sensor run`: one sensor is tried as a beat would run it, and its reading is judged. */
import { expect, test } from "bun:test";
import { findingLike, findingsOf } from "../../support/machine/doctor.ts";
import { decidedBy, MOVE } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { profile } from "../../support/program/profile.ts";

const READING = '{"signal":1}';

const tries: [title: string, script: string, exit: number, stdout: string, stderr: RegExp][] = [
  ["one object", `echo '${READING}'`, 0, `${READING}\n`, /^a is sound\n$/],
  ["text", "echo hello", 1, "hello\n", /^a is not sound: it printed text that is not JSON\n$/],
  ["nothing", ":", 1, "", /^a is not sound: it printed nothing; expected one small JSON object\n$/],
  ["two objects", `echo '${READING}'; echo '${READING}'`, 1, `${READING}\n${READING}\n`, /it printed 2 JSON objects/],
  ["a list", "echo '[1]'", 1, "[1]\n", /it printed a JSON list, not an object/],
  [
    "a failure with its words",
    "echo no network >&2; exit 3",
    1,
    "",
    /^no network\na is not sound: failed with exit code 3\n$/,
  ],
];

test.each(tries)("sensor run shows and judges %s, and keeps nothing", (_title, script, exit, stdout, stderr) => {
  const me = profile();
  me.config('default = "offline"\n');
  me.sensor("a.sh", script);
  looop(["sensor", "run", "a"], { profile: me, exit, stdout, stderr });
  expect([me.read("snapshots/sensor-a.json"), me.read("events.jsonl")]).toEqual([undefined, undefined]);
});

test("sensor run gives the environment and the folder of a beat, and names a script that is not executable", () => {
  const me = profile();
  me.config('default = "offline"\n');
  me.sensor("a", 'printf \'{"signal":"%s %s"}\' "$PWD" "$LOOOP_COST_KIND"');
  looop(["sensor", "run", "a"], { profile: me, stdout: `{"signal":"${me.data} sensor"}\n`, stderr: "a is sound\n" });

  me.write("sensors/b.sh", "#!/bin/sh\n", 0o600);
  looop(["sensor", "run", "b"], { profile: me, exit: 1, stderr: /it is not executable: run chmod \+x / });
});

test("doctor names a sensor whose reading is no JSON object, and how to try it", () => {
  const me = decidedBy(profile(), MOVE);
  me.sensor("a", "echo hello");
  looop(["tick"], { profile: me, stdout: ANYTHING });
  expect(findingsOf(me)).toEqual(
    findingLike("sensors", "note", /^a is not sound: it printed text that is not JSON$/, /looop sensor run a/),
  );
});
