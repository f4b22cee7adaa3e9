/** The report of checks and suites. */
import process from "node:process";
import type { Result } from "./suite.ts";

interface Named extends Result {
  readonly name: string;
  readonly tookMs?: number;
}

const say = (text: string) => process.stderr.write(`${text}\n`);

/** True when no test failed and the run is not broken. */
export function isGood(result: Result): boolean {
  return result.failed === 0 && result.broken === undefined;
}

/** Prints one result: a line when it is good, all it said when it is not, and every skipped test with its reason. */
export function show(result: Named): void {
  const took = result.tookMs === undefined ? "" : ` in ${(result.tookMs / 1_000).toFixed(1)} s`;
  const counted = result.passed + result.failed > 0 ? `: ${result.passed} passed, ${result.failed} failed` : "";
  if (!isGood(result)) say(result.output.trimEnd());
  for (const name of result.skipped) say(`skipped  ${result.name}: ${name}`);
  const why = result.broken === undefined ? "" : ` (${result.broken})`;
  say(`${isGood(result) ? "ok      " : "FAILED  "} ${result.name}${counted}${took}${why}`);
}

/** Adds up the runners' own counts. A check that is broken without a failed test counts as one failure. */
export function totals(results: readonly Result[]): { passed: number; failed: number; skipped: number } {
  const sum = (number: (result: Result) => number) => results.reduce((total, result) => total + number(result), 0);
  return {
    passed: sum((result) => result.passed),
    failed: sum((result) => Math.max(result.failed, result.broken === undefined ? 0 : 1)),
    skipped: sum((result) => result.skipped.length),
  };
}
