/**
 * The results of a move, which the next beat shows the decider once: the readings it asked for (`.look.json`) and the output
 * of its shell command (`.last-shell.json`).
 */
import * as v from "valibot";
import { parseJson } from "../../core/json.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

const LookFile = v.object({ v: v.literal(1), run_id: v.string(), readings: v.array(v.string()) });

const ShellFile = v.object({
  v: v.literal(1),
  run_id: v.string(),
  cmd: v.string(),
  tainted: v.boolean(),
  exit_code: v.nullable(v.number()),
  output: v.string(),
});

export interface WantedReadings {
  readonly runId: string;
  readonly readings: readonly string[];
}

/** A shell command that a move ran, with the end of its output. */
export interface ShellResult {
  readonly runId: string;
  readonly cmd: string;
  /** True when a tainted beat chose the command. */
  readonly tainted: boolean;
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly output: string;
}

/** Returns the readings that the last move asked for. A damaged record asks for none. */
export function readWantedReadings(files: Files, paths: Paths): WantedReadings | undefined {
  const parsed = v.safeParse(LookFile, parseJson(files.read(paths.wantedReadings) ?? ""));
  return parsed.success ? { runId: parsed.output.run_id, readings: parsed.output.readings } : undefined;
}

export function writeWantedReadings(files: Files, paths: Paths, { runId, readings }: WantedReadings): void {
  files.write(paths.wantedReadings, `${JSON.stringify({ v: 1, run_id: runId, readings })}\n`);
}

export function readShellResult(files: Files, paths: Paths): ShellResult | undefined {
  const parsed = v.safeParse(ShellFile, parseJson(files.read(paths.lastShell) ?? ""));
  if (!parsed.success) return undefined;
  const { run_id, cmd, tainted, exit_code, output } = parsed.output;
  return { runId: run_id, cmd, tainted, exitCode: exit_code ?? undefined, output };
}

export function writeShellResult(files: Files, paths: Paths, result: ShellResult): void {
  const { runId, cmd, tainted, exitCode, output } = result;
  const record = { v: 1, run_id: runId, cmd, tainted, exit_code: exitCode ?? null, output };
  files.write(paths.lastShell, `${JSON.stringify(record)}\n`);
}

/** Removes what these runs left, after it was shown. What another run has left since then stays. */
export function removeShown(files: Files, paths: Paths, runIds: ReadonlySet<string>): void {
  const wanted = readWantedReadings(files, paths);
  if (wanted !== undefined && runIds.has(wanted.runId)) files.remove(paths.wantedReadings);
  const shell = readShellResult(files, paths);
  if (shell !== undefined && runIds.has(shell.runId)) files.remove(paths.lastShell);
}
