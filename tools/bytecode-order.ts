/**
 * Writes tools/bytecode-order.txt, the layout of a build's bytecode: the functions of commands that agents call in a loop
 * come first and together. Run it when a bench shows that these commands became slower; an outdated order only costs
 * speed. See docs/decisions/0004-build-options.md.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { profileToRemove } from "../tests/support/program/profile.ts";
import { BYTECODE_ORDER } from "./compile.ts";
import { BINARY, BUN, ROOT } from "./project.ts";

const WORKER = "w1";

/** The commands, roughly by how often they are called. `start-session` comes before those that need its worker. */
const VERBS = [
  ["start-session", WORKER, "--command", "sleep 60"],
  ["flag", WORKER, "a question"],
  ["unflag", WORKER],
  ["claim", "issue-1", "--session", WORKER],
  ["ls"],
  ["_cost", "session", WORKER, "pi", "0.01"],
  ["tick"],
  ["__supervise", "--id", "looop-w2", "--root", "{data}"],
  ["status"],
  ["version"],
  ["__complete", "--", "attach", ""],
  ["kill", WORKER],
] as const;

/** The launch spec on a supervisor's stdin, which the other commands do not read. */
const LAUNCH_SPEC = JSON.stringify({
  v: 1,
  argv: ["true"],
  cwd: "/",
  size: { cols: 80, rows: 24 },
  logMaxBytes: 1_000_000,
});

/** The lines that are kept: functions and modules that ran. */
const COUNTS = /^[FMN] /;

const built = spawnSync(BUN, [join(ROOT, "tools/build.ts"), "--if-stale"], { stdio: ["ignore", 2, 2] });
if (built.status !== 0) process.exit(1);

const me = profileToRemove();
try {
  me.config('default = "offline"\n');
  const lines = new Set(VERBS.flatMap((words) => used(words.map((word) => word.replace("{data}", me.data)))));
  writeFileSync(BYTECODE_ORDER, `${["v2", ...lines].join("\n")}\n`);
  process.stderr.write(`Wrote ${BYTECODE_ORDER}: ${lines.size} functions and modules\n`);
} finally {
  me.remove();
}

/** Runs one command and returns the functions and modules it used, one line each. Bun writes them when it exits. */
function used(words: readonly string[]): string[] {
  const file = join(me.temp, "order");
  const env = { ...me.env, BUN_BYTECODE_ORDER_OUT: file };
  const { status, stderr } = spawnSync(BINARY, words, { env, cwd: me.home, input: LAUNCH_SPEC, encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot record looop ${words.join(" ")}: it ended with ${status}\n${stderr}`);
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => COUNTS.test(line));
}
