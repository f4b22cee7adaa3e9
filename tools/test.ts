/**
 * All tests: the quick checks, a build, one end-to-end suite against the binary, Bun and Deno, the real agents, the idle
 * benchmark's limits, and the short form of the faults.
 * Usage: bun tools/test.ts
 *        [e2e | e2e:bun | e2e:deno | agents | machines | idle | faults [--long] [--seed N] | fuzz [--cases N] [--seed N]]
 *
 * stdout holds one line, `N passed, N failed`, from the runners' own counts; it is the last one printed.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { agents } from "./agents.ts";
import { type CountOptions, countOptions, faults, fuzz } from "./faults.ts";
import { machines } from "./machines.ts";
import { BUN, ROOT } from "./project.ts";
import { quickChecks } from "./quick.ts";
import { isGood, show, showFailures, totals } from "./report.ts";
import { NO_TEST, planned, type Result } from "./suite.ts";
import { LEFT_TO_BINARY, planOf } from "./test-plan.ts";

/** The program that the suite starts (tests/support/program/program.ts), by subcommand. */
const RUNTIMES = { e2e: "binary", "e2e:bun": "bun", "e2e:deno": "deno" } as const;

type Word = keyof typeof RUNTIMES;

const isWord = (word: string): word is Word => Object.hasOwn(RUNTIMES, word);
const say = (text: string) => void process.stderr.write(`${text}\n`);
const results: (Result & { readonly name: string })[] = [];

function note(name: string, result: Result): void {
  const named = { ...result, name };
  show(named);
  results.push(named);
}

function build(): Result {
  const { status, signal } = spawnSync(BUN, [join(ROOT, "tools/build.ts"), "--if-stale"], { stdio: ["ignore", 2, 2] });
  const broken = status === 0 ? undefined : `the build ended with ${status ?? signal}`;
  return { ...NO_TEST, broken };
}

async function endToEnd(word: Word): Promise<void> {
  const runtime = RUNTIMES[word];
  const left = runtime === "binary" ? {} : LEFT_TO_BINARY;
  const count = Object.keys(left).length;
  if (count > 0) say(`left to the binary: ${count} files, see LEFT_TO_BINARY in tools/test-plan.ts`);
  note(`end to end, ${runtime}`, await planned(planOf("tests/e2e", left), { env: { LOOOP_E2E: runtime } }));
}

async function all(): Promise<void> {
  for (const result of await quickChecks()) note(result.name, result);
  const built = build();
  note("build", built);
  for (const word of Object.keys(RUNTIMES).filter(isWord)) if (word !== "e2e" || isGood(built)) await endToEnd(word);
  if (!isGood(built)) return;
  note("agents", await agents());
  await idle();
  note("faults", await faults(countOptions([])));
}

/** The time limit of one simulated day, in milliseconds. It takes about half a minute, and ten times that on a busy machine. */
const DAY_TIMEOUT_MS = 300_000;

async function idle(): Promise<void> {
  note("idle days", await planned(planOf("tests/idle"), { timeoutMs: DAY_TIMEOUT_MS }));
}

async function afterBuild(name: string, tests: () => Promise<Result>): Promise<void> {
  const built = build();
  note("build", built);
  if (isGood(built)) note(name, await tests());
}

async function count(word: "faults" | "fuzz", options: CountOptions): Promise<void> {
  if (word === "fuzz") return note("hostile input", await fuzz(options));
  note("build", build());
  note("faults", await faults(options));
}

async function one(word: Word): Promise<void> {
  if (word === "e2e") note("build", build());
  await endToEnd(word);
}

const word = process.argv[2];
if (word === undefined) await all();
else if (word === "agents") await afterBuild("agents", agents);
else if (word === "machines") await afterBuild("machines", machines);
else if (word === "idle") await idle();
else if (isWord(word)) await one(word);
else if (word === "faults" || word === "fuzz") await count(word, countOptions(process.argv.slice(3)));
else
  throw new Error(
    `Cannot run tests: unknown word ${word}\n  hint: Use ${Object.keys(RUNTIMES).join(", ")}, agents, machines, idle, faults, fuzz, or nothing`,
  );

const { passed, failed, skipped } = totals(results);
showFailures(results);
if (skipped > 0) say(`${skipped} skipped, each named above`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
if (failed > 0) process.exitCode = 1;
