import * as v from "valibot";
import { own, parseJson } from "../../core/json.ts";
import type { Allowance } from "../../core/money/budget.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";

/** The calls of unknown cost that the person has allowed today, by runner: `.allowance.json`. */

const AllowanceFile = v.object({
  v: v.literal(1),
  day: v.string(),
  runners: v.record(v.string(), v.object({ calls: v.pipe(v.number(), v.minValue(0)), refused: v.boolean() })),
});

/** Returns the allowance of `runner` on this date; undefined without one, and when the file is damaged. */
export function readAllowance(files: Files, paths: Paths, day: string, runner: string): Allowance | undefined {
  return own(allOf(files, paths, day), runner);
}

/** Replaces the allowance of `runner` on that day. */
export function writeAllowance(files: Files, paths: Paths, day: string, runner: string, allowed: Allowance): void {
  const runners = { ...allOf(files, paths, day), [runner]: allowed };
  files.write(paths.allowance, `${JSON.stringify({ v: 1, day, runners })}\n`);
}

function allOf(files: Files, paths: Paths, day: string): Readonly<Record<string, Allowance>> {
  const parsed = v.safeParse(AllowanceFile, parseJson(files.read(paths.allowance) ?? ""));
  return parsed.success && parsed.output.day === day ? parsed.output.runners : {};
}
