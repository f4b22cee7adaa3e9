/**
 * Writes tools/bytecode-order.txt, by which a build lays its bytecode out: what the verbs that agents call in a loop use
 * comes first and together. Run it when a bench says that they have become slower: an order that is out of date costs
 * speed and nothing else. Why: docs/decisions/0004-build-options.md.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { profileToRemove } from "../tests/support/program/profile.ts";
import { BYTECODE_ORDER } from "./compile.ts";
import { BINARY, BUN, ROOT } from "./project.ts";

const WORKER = "w1";

/** The most often called first. `start-session` comes before what needs its worker. */
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

/** What a supervisor is told on its stdin, which the other verbs do not read. */
const ORDERS = JSON.stringify({ v: 1, argv: ["true"], cwd: "/", size: { cols: 80, rows: 24 }, logMaxBytes: 1_000_000 });

/** The kinds of lines that count: functions and modules that ran. The rest says what there was beside them. */
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

/** What one call used, a line each. Bun writes it when the program ends. */
function used(words: readonly string[]): string[] {
  const file = join(me.temp, "order");
  const env = { ...me.env, BUN_BYTECODE_ORDER_OUT: file };
  const { status, stderr } = spawnSync(BINARY, words, { env, cwd: me.home, input: ORDERS, encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot record looop ${words.join(" ")}: it ended with ${status}\n${stderr}`);
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => COUNTS.test(line));
}
