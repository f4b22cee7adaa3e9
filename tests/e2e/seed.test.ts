/** The first beat of a new installation. */
import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { shellLine } from "../../src/core/shell.ts";
import { NOOP } from "../support/decider.ts";
import { ANYTHING, looop } from "../support/looop.ts";
import { profile } from "../support/profile.ts";
import { PROGRAM } from "../support/program.ts";

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

test("the command that the seeded playbook gives for setting up starts that worker with that goal", () => {
  const person = profile();
  person.config('default = "t"\n[runners.t]\ntick = "cat >/dev/null"\ninteractive = "cat {{prompt_file}}"\n');
  looop(["tick"], { profile: person, stdout: ANYTHING });
  const command = person.read("PLAYBOOK.md")?.match(/`("\$LOOOP_BIN" start-session .*)`/)?.[1] ?? "";
  const bin = person.command("looop-here", `exec ${shellLine(PROGRAM)} "$@"`);

  const done = spawnSync("bash", ["-c", command], { cwd: person.data, env: { ...person.env, LOOOP_BIN: bin } });
  looop(["down", "--workers"], { profile: person, stdout: ANYTHING, stderr: ANYTHING });

  expect([done.status, done.stdout.toString()]).toEqual([0, expect.stringContaining("started looop-setup")]);
  expect(person.read("prompts/looop-setup.md")).toContain("# Set looop up");
});
