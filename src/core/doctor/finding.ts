import { type Colour, paint } from "../colour.ts";
import { jsonText } from "../json.ts";
import { plainLine } from "../text.ts";

/** The checks of doctor, in the order of its report. Scripts read these names: add names, never rename one. */
export const CHECKS = [
  "loop",
  "config",
  "notify",
  "runner",
  "sensors",
  "data",
  "disk",
  "lock",
  "sessions",
  "versions",
  "files",
  "leftovers",
  "clock",
  "tools",
  "terminal",
] as const;

export type CheckName = (typeof CHECKS)[number];

/** How serious a finding is. A `note` is worth knowing but not a problem. */
export type Level = "ok" | "note" | "problem";

/** A part of a file, in bytes. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * A repair that loses nothing. It is made only if the path still is the file with this `identity`. `blank` puts spaces in
 * place of damaged lines and keeps what was there in `<path>.damaged`.
 */
export type Repair =
  | { readonly kind: "blank"; readonly path: string; readonly identity: string; readonly spans: readonly Span[] }
  | { readonly kind: "mode"; readonly path: string; readonly mode: number; readonly identity: string }
  | { readonly kind: "remove"; readonly path: string; readonly identity: string };

/** One result of a check. */
export interface Finding {
  readonly check: CheckName;
  readonly level: Level;
  /** The state found, for people. */
  readonly says: string;
  /** The command to type, or what to do. */
  readonly hint?: string;
  /** The repair that `--fix` makes. */
  readonly repair?: Repair;
}

export function ok(check: CheckName, says: string): Finding {
  return { check, level: "ok", says };
}

export function note(check: CheckName, says: string, hint?: string): Finding {
  return { check, level: "note", says, ...(hint === undefined ? {} : { hint }) };
}

export function problem(check: CheckName, says: string, hint: string): Finding {
  return { check, level: "problem", says, hint };
}

/** Returns the findings of a check, or an ok with `says` when there are no findings. */
export function orOk(check: CheckName, findings: readonly Finding[], says: string): readonly Finding[] {
  return findings.length === 0 ? [ok(check, says)] : findings;
}

/** All findings of one run of doctor. */
export interface DoctorReport {
  readonly version: string;
  readonly findings: readonly Finding[];
  /** The repairs that `--fix` made, a line each. */
  readonly fixed: readonly string[];
}

export function isHealthy({ findings }: Pick<DoctorReport, "findings">): boolean {
  return !findings.some(({ level }) => level === "problem");
}

const COLOURS: Readonly<Record<Level, Colour>> = { ok: "green", note: "yellow", problem: "red" };

/** Returns the report for people: a line for each finding, with its hint below. */
export function reportText({ findings, fixed }: DoctorReport, colour: boolean): string {
  const lines = findings.flatMap(({ check, level, says, hint, repair }) => [
    `${paint(colour, COLOURS[level], level.padEnd(7))}  ${check.padEnd(9)}  ${plainLine(says)}`,
    ...hints(hint, repair).map((line) => `${" ".repeat(20)}→ ${plainLine(line)}`),
  ]);
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  const [problems, notes] = [count("problem"), count("note")];
  return [...fixed.map((line) => `fixed    ${plainLine(line)}`), ...lines, summary(problems, notes)].join("\n");
}

function hints(hint: string | undefined, repair: Repair | undefined): string[] {
  if (repair === undefined) return hint === undefined ? [] : [hint];
  return [hint === undefined ? "looop doctor --fix" : `${hint}, or looop doctor --fix`];
}

function summary(problems: number, notes: number): string {
  const noted = notes === 0 ? "" : `, ${notes} ${notes === 1 ? "note" : "notes"}`;
  if (problems === 0) return `healthy${noted}`;
  return `${problems} ${problems === 1 ? "problem" : "problems"}${noted}`;
}

/** Returns the report for scripts. The fields are public: add fields, never rename one. */
export function reportJson(report: DoctorReport): string {
  const findings = report.findings.map(({ check, level, says, hint, repair }) => ({
    check,
    level,
    says: plainLine(says),
    hint: hint === undefined ? null : plainLine(hint),
    fixable: repair !== undefined,
  }));
  const { version, fixed } = report;
  return jsonText({ v: 1, version, healthy: isHealthy(report), findings, fixed }, 2);
}
