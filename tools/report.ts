/** The report of checks and suites. */
import process from "node:process";
import { type Failure, MOST_UNSTEADY, type Result } from "./suite.ts";

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

/**
 * Prints again, at the end of a long run, each test that failed and each that passed only when its file ran again, alone.
 * The second kind is a fault to mend as well.
 */
export function showFailures(results: readonly Named[]): void {
  const line = (how: string, { name }: Named, test: Failure) => say(`${how}  ${name}: ${test.name} (${test.file})`);
  for (const result of results) for (const test of result.unsteady) line("unsteady", result, test);
  for (const result of results) for (const test of result.failures) line("FAILED  ", result, test);
  for (const result of results) if (result.broken !== undefined) say(`FAILED    ${result.name}: ${result.broken}`);
}

/**
 * Adds up the runners' own counts. A check that is broken without a failed test counts as one failure. Of more unsteady
 * tests than {@linkcode MOST_UNSTEADY} in the whole run, each counts as a failure.
 */
export function totals(results: readonly Result[]): { passed: number; failed: number; skipped: number } {
  const sum = (number: (result: Result) => number) => results.reduce((total, result) => total + number(result), 0);
  const unsteady = sum((result) => result.unsteady.length);
  const refused = unsteady > MOST_UNSTEADY ? unsteady : 0;
  return {
    passed: sum((result) => result.passed) - refused,
    failed: sum((result) => Math.max(result.failed, result.broken === undefined ? 0 : 1)) + refused,
    skipped: sum((result) => result.skipped.length),
  };
}
