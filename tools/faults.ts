/**
 * Faults and hostile input, counted: runs the tests of a folder with a seed and prints a table of the faults and their counts.
 * For tools/test.ts: `faults [--long] [--seed N]` and `fuzz [--cases N] [--seed N]`.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { planned, type Result } from "./suite.ts";
import { planOf } from "./test-plan.ts";

export interface CountOptions {
  readonly long: boolean;
  readonly seed: number;
  /** The number of cases of a cheap property. */
  readonly cases: number;
}

interface Row {
  readonly fault: string;
  readonly injected: number;
  readonly violations?: readonly string[];
  readonly remark?: string;
}

/** Reads the options after the subcommand. Without `--seed` it picks a new seed and prints it. */
export function countOptions(words: readonly string[]): CountOptions {
  const known = ["--long", "--seed", "--cases"];
  const odd = words.find((word) => !known.includes(word) && !/^\d{1,9}$/.test(word));
  if (odd !== undefined) throw new Error(`Cannot count faults: unknown word ${odd}\n  hint: Use ${known.join(", ")}`);
  const number = (name: string, otherwise: number) =>
    words.includes(name) ? Number(words[words.indexOf(name) + 1] ?? Number.NaN) : otherwise;
  return {
    long: words.includes("--long"),
    seed: number("--seed", Math.floor(Math.random() * 1e9)),
    cases: number("--cases", 50_000),
  };
}

/** The faults of tests/faults against the built program. */
export function faults({ long, seed }: CountOptions): Promise<Result> {
  return counted("tests/faults", seed, (table) => ({
    LOOOP_E2E: "binary",
    LOOOP_FAULTS_SEED: `${seed}`,
    LOOOP_FAULTS_TABLE: table,
    ...(long ? { LOOOP_FAULTS_LONG: "1" } : {}),
  }));
}

/** The properties of tests/fuzz, with very many cases. */
export function fuzz({ cases, seed }: CountOptions): Promise<Result> {
  return counted("tests/fuzz", seed, (table) => ({
    LOOOP_FUZZ_SEED: `${seed}`,
    LOOOP_FUZZ_CASES: `${cases}`,
    LOOOP_FUZZ_TABLE: table,
  }));
}

async function counted(path: string, seed: number, env: (table: string) => Record<string, string>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "looop-counted-"));
  try {
    const table = join(folder, "table.jsonl");
    const result = await planned(planOf(path), { env: env(table) });
    process.stderr.write(tableOf(existsSync(table) ? readFileSync(table, "utf8") : "", seed));
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tableOf(lines: string, seed: number): string {
  const rows = lines
    .split("\n")
    .filter(Boolean)
    .sort()
    .map((line) => JSON.parse(line) as Row);
  const violated = ({ violations = [] }: Row) => violations.length;
  const sum = (number: (row: Row) => number) => rows.reduce((total, row) => total + number(row), 0);
  const whole = {
    fault: "together",
    injected: sum(({ injected }) => injected),
    count: sum(violated),
    remark: `seed ${seed}`,
  };
  const cells = [
    ["fault", "injected", "violations", ""],
    ...rows.map((row) => [row.fault, `${row.injected}`, `${violated(row)}`, row.remark ?? ""]),
    [whole.fault, `${whole.injected}`, `${whole.count}`, whole.remark],
  ];
  const width = Math.max(...cells.map(([first = ""]) => first.length));
  return `${cells
    .map(([first = "", second = "", third = "", last = ""]) =>
      `${first.padEnd(width)}  ${second.padStart(9)}  ${third.padStart(10)}  ${last}`.trimEnd(),
    )
    .join("\n")}\n`;
}
