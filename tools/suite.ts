/** One run of `bun test`, and what it counted. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import process from "node:process";
import { BUN, ROOT } from "./project.ts";
import { type Plan, SHARDS } from "./test-plan.ts";

/** The time limit of a single test, in milliseconds: generous, because the machine may be busy. */
const TEST_TIMEOUT_MS = 30_000;

/** A test that failed: its file, from the project's folder, and its whole name. */
export interface Failure {
  readonly file: string;
  readonly name: string;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** The failed tests that the report names. A process that died is counted in `failed` and has no name. */
  readonly failures: readonly Failure[];
  /** The name of each test that was skipped; it ends with the reason. */
  readonly skipped: readonly string[];
}

export interface Result extends Counts {
  /** The tests that failed beside others and passed when their file ran again, alone. They count as passed. */
  readonly unsteady: readonly Failure[];
  /** The reason why the run as a whole is bad, or undefined when it is good. */
  readonly broken: string | undefined;
  /** The output; empty when it was shown while it ran. */
  readonly output: string;
}

export interface Run {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Keep the output instead of showing it. */
  readonly quiet?: boolean;
}

export interface SuiteOptions extends Omit<Run, "argv"> {
  /** A command line that starts the test runner. */
  readonly under?: readonly string[];
  /** The time limit of a single test, in milliseconds. */
  readonly timeoutMs?: number;
  /** The number of processes that run files at once; 1 by default. */
  readonly shards?: number;
}

/** The time of each file: the slowest ones start first. `LOOOP_TIMINGS=write` records them again. */
const TIMINGS = "tools/test-timings.json";

/** The result of a check that ran no test. */
export const NO_TEST: Result = {
  passed: 0,
  failed: 0,
  failures: [],
  skipped: [],
  unsteady: [],
  broken: undefined,
  output: "",
};

/** Runs a command of this project to its end. Its output goes to stderr, or into the result when `quiet`. */
export function run({ argv, env = {}, quiet = false }: Run): Promise<{ ended: string | undefined; output: string }> {
  return new Promise((resolve, reject) => {
    const [command = "", ...rest] = argv;
    const to = quiet ? ("pipe" as const) : 2;
    const child = spawn(command, rest, { cwd: ROOT, env: { ...process.env, ...env }, stdio: ["ignore", to, to] });
    const chunks: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const ended = code === 0 ? undefined : signal === null ? `exit ${code}` : `died by ${signal}`;
      resolve({ ended, output: Buffer.concat(chunks).toString("utf8") });
    });
  });
}

/**
 * Runs the test files under `paths` and counts. The numbers are the runner's own, from its JUnit report: a run that
 * wrote none crashed, and a run without a test is a mistake in this file's caller, so both are broken.
 */
export async function suite(paths: readonly string[], options: SuiteOptions = {}): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "looop-suite-"));
  const report = join(folder, "report.xml");
  try {
    const reporter = ["--only-failures", "--reporter=junit", `--reporter-outfile=${report}`];
    const { under = [], timeoutMs = TEST_TIMEOUT_MS, shards = 1, ...how } = options;
    const argv = [...under, BUN, "test", `--timeout=${timeoutMs}`, ...reporter, ...sharding(shards), ...paths];
    const { ended, output } = await run({ ...how, argv });
    const counts = existsSync(report) ? countsOf(readFileSync(report, "utf8")) : undefined;
    if (counts === undefined)
      return { ...NO_TEST, broken: `the runner wrote no report (${ended ?? "exit 0"})`, output };
    return { ...counts, unsteady: [], broken: whyBroken(counts, ended), output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The runner gives each process the next file, slowest first. A process that crashes is a failed test of its file. */
function sharding(shards: number): string[] {
  if (shards === 1) return [];
  const update = process.env["LOOOP_TIMINGS"] === "write" ? ["--update-timings"] : [];
  return [`--parallel=${shards}`, `--timings=${TIMINGS}`, ...update];
}

/**
 * Runs the files of a plan, {@linkcode SHARDS} at a time, then those that run alone, and adds up the counts. The files of
 * a few failed tests run once more, alone (docs/decisions/0042-unsteady-tests.md).
 */
export async function planned({ together, alone }: Plan, options: SuiteOptions = {}): Promise<Result> {
  const results: Result[] = [];
  if (together.length > 0) results.push(await suite(exactly(together), { ...options, shards: SHARDS }));
  if (alone.length > 0) results.push(await suite(exactly(alone), options));
  if (results.length === 0) return { ...NO_TEST, broken: "no test ran" };
  const first = added(results);
  return isWorthAnotherTry(first) ? afterAnotherTry(first, await suite(filesOf(first), options)) : first;
}

function added(results: readonly Result[]): Result {
  const broken = results.flatMap((result) => result.broken ?? []);
  return {
    passed: results.reduce((sum, { passed }) => sum + passed, 0),
    failed: results.reduce((sum, { failed }) => sum + failed, 0),
    failures: results.flatMap(({ failures }) => failures),
    skipped: results.flatMap(({ skipped }) => skipped),
    unsteady: [],
    broken: broken.length === 0 ? undefined : broken.join("; "),
    output: results.map(({ output }) => output).join(""),
  };
}

/** The largest number of failed tests that get another try. More of them are no accident of a busy machine. */
export const MOST_UNSTEADY = 3;

/** True when the run failed by a few tests that all have a name, and by nothing else. */
function isWorthAnotherTry({ failed, failures, broken }: Result): boolean {
  return broken === undefined && failed > 0 && failed <= MOST_UNSTEADY && failures.length === failed;
}

const filesOf = ({ failures }: Result) => exactly([...new Set(failures.map(({ file }) => file))]);

function afterAnotherTry(first: Result, again: Result): Result {
  const output = first.output + again.output;
  if (again.failed > 0 || again.broken !== undefined) return { ...first, output };
  return { ...first, passed: first.passed + first.failed, failed: 0, failures: [], unsteady: first.failures, output };
}

/** Without the dot the runner takes a path for a part of one. */
const exactly = (paths: readonly string[]) => paths.map((path) => (isAbsolute(path) ? path : `./${path}`));

function whyBroken(counts: Counts, ended: string | undefined): string | undefined {
  if (counts.passed + counts.failed + counts.skipped.length === 0) return "no test ran";
  // An error between tests fails the run without failing a test.
  return counts.failed === 0 && ended !== undefined
    ? `all tests passed, yet the runner ended with ${ended}`
    : undefined;
}

function countsOf(xml: string): Counts {
  const total = /<testsuites\b[^>]*>/.exec(xml)?.[0] ?? "";
  const number = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(total)?.[1] ?? 0);
  const failed = number("failures") + number("errors");
  const skipped = casesWith(xml, "skipped").map((test) => attribute(test, "name"));
  const failures = casesWith(xml, "(?:failure|error)").map((test) => ({
    file: attribute(test, "file"),
    name: [attribute(test, "classname"), attribute(test, "name")].filter((part) => part !== "").join(" > "),
  }));
  return { passed: number("tests") - failed - number("skipped"), failed, failures, skipped };
}

/** Returns the attributes of each test case whose first child is `<child`. */
function casesWith(xml: string, child: string): string[] {
  const cases = xml.matchAll(new RegExp(`<testcase\\b([^>]*)>\\s*<${child}\\b`, "g"));
  return [...cases].map((match) => match[1] ?? "");
}

function attribute(attributes: string, key: string): string {
  const text = new RegExp(`\\b${key}="([^"]*)"`).exec(attributes)?.[1] ?? "";
  const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replace(/&(\w+);/g, (whole, entity: string) => entities[entity] ?? whole);
}
