/**
 * Measures commands in turns, so that other load on the machine affects all of them alike. Figures with a budget are ratios
 * to a baseline of the same run.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { arch, cpus, platform, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { BUN, ROOT } from "../tools/project.ts";

export interface Contender {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** The allowed ratio to the baseline's median time and peak memory. */
  readonly budget?: { readonly time: number; readonly memory: number };
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface Row {
  readonly name: string;
  readonly wallMs: Spread;
  readonly peakMb: Spread;
  /** The ratio to the baseline, which is the first contender. */
  readonly timeRatio: number;
  readonly memoryRatio: number;
  /** The budgets it exceeded, in words. */
  readonly over: readonly string[];
}

/** The number of timed runs of each command. Memory hardly varies, so it needs fewer. */
const TURNS = 20;
const MEMORY_TURNS = 5;

const TIME = "/usr/bin/time";

/** A folder for copies of the measured programs, removed when this process exits. */
const copies = mkdtempSync(join(tmpdir(), "looop-bench-"));
process.on("exit", () => rmSync(copies, { recursive: true, force: true }));

/**
 * Builds `target` if it is stale and returns the path of a copy. A file's state in the page cache depends on how it was
 * written and changes a program's peak memory by a fifth, so the copy is read from the disk, as after a boot.
 */
export function built(target: "looop" | "empty"): string {
  const words = [join(ROOT, "tools/build.ts"), "--if-stale", target];
  const { status } = spawnSync(BUN, words, { stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`Cannot measure: dist/${target} was not built\n  hint: See above`);
  const copy = join(copies, target);
  copyFileSync(join(ROOT, "dist", target), copy);
  evictFromCache(copy);
  return copy;
}

/** Writes a file to the disk and drops it from Linux's page cache. */
function evictFromCache(path: string): void {
  if (platform() !== "linux") return;
  const { status, stderr } = spawnSync("dd", [`of=${path}`, "oflag=nocache", "conv=notrunc,fdatasync", "count=0"]);
  if (status !== 0) throw new Error(`Cannot measure memory: dd says ${stderr}`);
}

/** Measures the contenders in turns. The first is the baseline. */
export function measure(contenders: readonly [Contender, ...Contender[]]): Row[] {
  for (const contender of contenders) wallMs(contender); // the first run reads the file from disk
  const wall = inTurns(contenders, TURNS, wallMs);
  const peak = inTurns(contenders, MEMORY_TURNS, peakMb);
  const [baseTime = Number.NaN, baseMemory = Number.NaN] = [wall[0]?.median, peak[0]?.median];
  return contenders.map(({ name, budget }, at) => {
    const [time, memory] = [wall[at] ?? spread([]), peak[at] ?? spread([])];
    const [timeRatio, memoryRatio] = [time.median / baseTime, memory.median / baseMemory];
    const over = budget === undefined ? [] : overBudget({ timeRatio, memoryRatio }, budget);
    return { name, wallMs: time, peakMb: memory, timeRatio, memoryRatio, over };
  });
}

function overBudget(
  got: { timeRatio: number; memoryRatio: number },
  budget: { time: number; memory: number },
): string[] {
  const over: string[] = [];
  if (!(got.timeRatio <= budget.time)) over.push(`time ${got.timeRatio.toFixed(2)} × of ${budget.time} ×`);
  if (!(got.memoryRatio <= budget.memory)) over.push(`memory ${got.memoryRatio.toFixed(2)} × of ${budget.memory} ×`);
  return over;
}

function inTurns(contenders: readonly Contender[], turns: number, look: (it: Contender) => number): Spread[] {
  const taken = contenders.map((): number[] => []);
  for (let turn = 0; turn < turns; turn++) {
    for (const [at, contender] of contenders.entries()) taken[at]?.push(look(contender));
  }
  return taken.map(spread);
}

/** Returns the median, the minimum and the maximum. */
export function spread(numbers: readonly number[]): Spread {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const half = sorted.length / 2;
  const median = Number.isInteger(half) ? (at(half - 1) + at(half)) / 2 : at(Math.floor(half));
  return { median, min: at(0), max: at(sorted.length - 1) };
}

/** Returns the wall time of one run in milliseconds, process start included. */
export function wallMs(contender: Contender): number {
  const beganMs = performance.now();
  launch(contender, contender.argv);
  return performance.now() - beganMs;
}

/**
 * Returns the peak memory of one run in megabytes, measured by time(1). A child that Bun starts is charged with Bun's own
 * memory: it shares that until it executes the other program, and the kernel's high-water mark never goes down.
 */
export function peakMb(contender: Contender): number {
  if (!existsSync(TIME)) throw new Error(`Cannot measure memory: no ${TIME}\n  hint: Install the package \`time\``);
  const linux = platform() === "linux";
  const said = launch(contender, [TIME, ...(linux ? ["-f", "%M"] : ["-l"]), ...contender.argv]);
  const amount = linux ? /(\d+)\s*$/.exec(said) : /(\d+)\s+maximum resident set size/.exec(said);
  return (Number(amount?.[1]) * (linux ? 1024 : 1)) / 1e6;
}

function launch({ name, env, cwd }: Contender, argv: readonly string[]): string {
  const [command = "", ...rest] = argv;
  const done = spawnSync(command, rest, { env: { ...env }, cwd, encoding: "utf8", maxBuffer: 1 << 28 });
  if (done.status !== 0) {
    throw new Error(`Cannot measure ${name}: it ended with ${done.status ?? done.signal}\n${done.stderr}`);
  }
  return done.stderr;
}

/** Prints `rows` as a Markdown table under `title`, with the machine's name. */
export function printTable(title: string, rows: readonly Row[]): void {
  const numbers = (it: Spread) => `${it.median.toFixed(1)} (${it.min.toFixed(1)}–${it.max.toFixed(1)})`;
  const lines = rows.map((row) => {
    const ratios = `${row.timeRatio.toFixed(2)} × | ${numbers(row.peakMb)} | ${row.memoryRatio.toFixed(2)} ×`;
    return `| ${row.name} | ${numbers(row.wallMs)} | ${ratios} | ${row.over.join(", ") || "ok"} |`;
  });
  print([
    `### ${title}`,
    "",
    `${machine()}. Median (least–most) of ${TURNS} interleaved turns; memory of ${MEMORY_TURNS}.`,
    "",
    "| | wall ms | ratio | peak MB | ratio | |",
    "|---|---|---|---|---|---|",
    ...lines,
    "",
  ]);
}

/** Prints lines of a bench's result on stdout. */
export function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** Describes the machine that the figures are from. */
export function machine(): string {
  const cores = cpus();
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  const model = cores[0]?.model.trim() || arch();
  return `${cores.length} × ${model}, ${memory}, ${platform()}, Bun ${process.versions["bun"]}`;
}

/** A figure with its own limit. */
export interface Figure {
  readonly name: string;
  readonly got: number;
  readonly unit: string;
  readonly limit: number;
  /** The figures of other programs in the same run, or another remark. */
  readonly beside?: string;
}

/** Prints `figures` as a Markdown table under `title`, with the machine's name. */
export function printFigures(title: string, figures: readonly Figure[]): void {
  const lines = figures.map((figure) => {
    const { name, got, unit, limit, beside = "" } = figure;
    const digits = got < 1 ? 3 : got < 10 ? 2 : 1;
    const verdict = isOver(figure) ? "OVER" : "ok";
    return `| ${name} | ${got.toFixed(digits)} ${unit} | ${limit} ${unit} | ${beside} | ${verdict} |`;
  });
  print([
    `### ${title}`,
    "",
    `${machine()}.`,
    "",
    "| | got | limit | beside | |",
    "|---|---|---|---|---|",
    ...lines,
    "",
  ]);
}

function isOver({ got, limit }: Figure): boolean {
  return !(got <= limit);
}

/** Sets a non-zero exit code when a row is over its budget or a figure over its limit. */
export function judge(rows: readonly (Row | Figure)[]): void {
  const over = rows.flatMap((row) => {
    if (!("over" in row)) return isOver(row) ? [`${row.name}: ${row.got.toFixed(2)} ${row.unit} of ${row.limit}`] : [];
    return row.over.length > 0 ? [`${row.name}: ${row.over.join(", ")}`] : [];
  });
  if (over.length === 0) return;
  process.stderr.write(`Over budget: ${over.join("; ")}\n`);
  process.exitCode = 1;
}
