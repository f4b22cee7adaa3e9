/** JSON output: every field is documented, and every object has its version. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../../tools/project.ts";
import { decidedBy, MOVE } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { fleetProfile, worker } from "../../support/session/workers.ts";

const DOCUMENTED = new Set(
  [...readFileSync(join(ROOT, "docs/json.md"), "utf8").matchAll(/`([^`]+)`/g)].map((it) => it[1]),
);

/** Returns a profile with a past: a move, a flag, a failed beat and a claim. */
function lived() {
  const me = decidedBy(fleetProfile(), MOVE);
  worker(me, "w", "sleep 1000");
  looop(["flag", "w", "why?"], { profile: me, stdout: ANYTHING });
  const ask = { v: 1, from: "looop-w", prompt: "Which?", severity: "soon", ts: new Date().toISOString() };
  me.write("asks/k7m2q.json", JSON.stringify(ask));
  me.sensor("ci", "echo 1");
  for (const words of ["goal write garden green", "schedule write x --in 1h", "playbook write quiet", "tell w hello"])
    looop(words.split(" "), { profile: me, stdout: ANYTHING });
  looop(["answer", "k7m2q", "x"], { profile: me, exit: 2, stderr: ANYTHING });
  looop(["tick"], { profile: me, stdout: ANYTHING });
  looop(["unflag", "w"], { profile: me, stdout: ANYTHING });
  looop(["tick"], { profile: decidedBy(me, "exit 3"), exit: 1, stdout: ANYTHING, stderr: ANYTHING });
  looop(["tick"], { profile: me, exit: 7, stdout: ANYTHING, stderr: ANYTHING });
  return me;
}

/** `a.b` and `list[]` paths of an object, as the page spells them; what stands under a free name is left out. */
function fields(value: object, free: readonly string[], prefix = ""): string[] {
  return Object.entries(value).flatMap(([name, inner]) => {
    if (Array.isArray(inner)) return [`${prefix}${name}[]`];
    if (typeof inner === "object" && inner !== null && !free.includes(name))
      return fields(inner, free, `${prefix}${name}.`);
    return [`${prefix}${name}`];
  });
}

const verbs: [title: string, args: string[]][] = [
  ["status", ["status", "--json"]],
  ["cost", ["cost", "--json"]],
  ["state", ["state", "--json"]],
  ["asks", ["asks", "--json"]],
  ["wait", ["wait", "--asks", "--json"]],
  ["goal list", ["goal", "list", "--json"]],
  ["sensor list", ["sensor", "list", "--json"]],
  ["sensor recipes", ["sensor", "recipes", "--json"]],
  ["playbook list", ["playbook", "list", "--json"]],
  ["schedule list", ["schedule", "list", "--json"]],
  ["doctor", ["doctor", "--json"]],
  ["cost today", ["cost", "today", "--json"]],
];

test.each(verbs)("%s --json has a version, and only fields that docs/json.md names", (_title, args) => {
  const object = JSON.parse(looop(args, { profile: lived(), stdout: ANYTHING }).stdout);
  expect(object.v).toBe(1);
  const named = fields(object, ["by_kind", "by_runner", "by_goal", "by_worker", "by_day", "skips", "snapshots"]).filter(
    (field) => field !== "v",
  );
  expect(named.filter((field) => !DOCUMENTED.has(field))).toEqual([]);
});

/** One row of a list, by the verb that prints it. */
const lists: [verb: string, list: string][] = [
  ["asks", "asks"],
  ["goal list", "goals"],
  ["sensor list", "sensors"],
  ["sensor recipes", "recipes"],
  ["schedule list", "schedules"],
];

test.each(lists)("%s --json has only fields in its rows that docs/json.md names", (verb, list) => {
  const object = JSON.parse(looop([...verb.split(" "), "--json"], { profile: lived(), stdout: ANYTHING }).stdout);
  expect(object[list].length).toBeGreaterThan(0);
  expect(fields(object[list][0], ["signal"]).filter((field) => !DOCUMENTED.has(field))).toEqual([]);
});

test("beat.json, why --json and history --json have a version, and only fields that docs/json.md names", () => {
  const me = lived();
  const why = JSON.parse(looop(["why", "--json"], { profile: me, stdout: ANYTHING }).stdout);
  const { record } = JSON.parse(looop(["why", why.last_decided, "--json"], { profile: me, stdout: ANYTHING }).stdout);
  const history = JSON.parse(looop(["history", "--json"], { profile: me, stdout: ANYTHING }).stdout);

  expect([why.v, record.v, history.v]).toEqual([1, 1, 1]);
  const named = [...fields(why, []), ...fields(record, ["took_ms"]), ...fields(history.changes[0], [])];
  expect(named.filter((field) => field !== "v" && !DOCUMENTED.has(field))).toEqual([]);
});

test("ls --json has each field of a session that docs/json.md names", () => {
  const object = JSON.parse(looop(["ls", "--json"], { profile: lived(), stdout: ANYTHING }).stdout);
  expect(object.v).toBe(1);
  expect(fields(object.sessions[0], []).filter((field) => !DOCUMENTED.has(field))).toEqual([]);
});

test.each(["events.jsonl", "cost.jsonl"])("%s has a version in each row, and only documented fields", (file) => {
  const rows = (lived().read(file) ?? "").split("\n").filter(Boolean);
  expect(rows.length).toBeGreaterThan(1);
  for (const row of rows) {
    const { v, event, ...rest } = JSON.parse(row);
    expect(v).toBe(1);
    expect([event ?? "ts", ...Object.keys(rest)].filter((name) => !DOCUMENTED.has(name))).toEqual([]);
  }
});
