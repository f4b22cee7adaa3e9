/** The first beat of a new installation. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { NOOP } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { profile } from "../../support/program/profile.ts";

test("a first tick seeds the data folder and a config that names an installed runner", () => {
  const person = profile();
  person.command("codex", NOOP);

  looop(["tick"], { profile: person, stdout: ANYTHING, stderr: ANYTHING });

  expect(person.read("PLAYBOOK.md")).toContain("SETUP");
  expect(person.read("goals/setup.md")).toContain("goal:");
  expect(readFileSync(join(person.home, ".config/looop.toml"), "utf8")).toMatch(/^default = ["']codex["']$/m);
  expect(statSync(join(person.data, "sensors/today.sh")).mode & 0o777).toBe(0o700);
  expect(person.read("snapshots/sensor-today.json")).toMatch(/^\{"date":"\d{4}-\d\d-\d\d"\}\n$/);
});

test("with no model CLI installed a first tick exits 3, and names what to install and the demo", () => {
  looop(["tick"], { exit: 3, stdout: ANYTHING, stderr: /claude.*\n {2}hint: Install it: .*`looop demo` works now/s });
});

test("status and cost seed nothing", () => {
  const person = profile();

  looop(["status"], { profile: person, stdout: ANYTHING, stderr: ANYTHING });
  looop(["cost"], { profile: person, stdout: ANYTHING, stderr: ANYTHING });

  expect(existsSync(join(person.data, "PLAYBOOK.md"))).toBe(false);
  expect(existsSync(join(person.home, ".config"))).toBe(false);
});

test("the worker that the seeded PLAYBOOK asks for can be started, and finds its goal", () => {
  const person = profile();
  person.config('default = "t"\n[runners.t]\ntick = "cat >/dev/null"\ninteractive = "cat {{prompt_file}}"\n');
  looop(["tick"], { profile: person, stdout: ANYTHING });
  const asks = /with the id `(\S+)` and the task: "(Read (\S+), [^"]+)"/.exec(person.read("PLAYBOOK.md") ?? "");
  const [, id = "", task = "", goal = ""] = asks ?? [];

  looop(["start-session", id, task], { profile: person, stdout: /^started looop-setup/ });
  looop(["down", "--workers"], { profile: person, stdout: ANYTHING, stderr: ANYTHING });

  expect(person.read("prompts/looop-setup.md")).toContain(task);
  expect(person.read(goal)).toContain("# Set looop up");
});
