import { type Colour, paint } from "../colour.ts";
import { jsonText } from "../json.ts";
import { plainLine } from "../text.ts";

/** What doctor looks at, in the order in which it tells. Scripts read these: add, never rename. */
export const CHECKS = [
  "config",
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

/** `note`: worth knowing, and nothing is wrong. */
export type Level = "ok" | "note" | "problem";

/** What can be put right without losing anything. The name on disk must still be the same file when it is done. */
export type Repair =
  | { readonly kind: "mode"; readonly path: string; readonly mode: number; readonly identity: string }
  | { readonly kind: "remove"; readonly path: string; readonly identity: string };

/** What one look found, in a person's words. */
export interface Finding {
  readonly check: CheckName;
  readonly level: Level;
  readonly says: string;
  /** What to type, or to do. */
  readonly hint?: string;
  /** What `--fix` does about it. */
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

/** Findings of one check, or that all is well when there are none. */
export function orFine(check: CheckName, findings: readonly Finding[], says: string): readonly Finding[] {
  return findings.length === 0 ? [ok(check, says)] : findings;
}

export interface Examination {
  readonly version: string;
  readonly findings: readonly Finding[];
  /** What `--fix` did, a line each. */
  readonly fixed: readonly string[];
}

export function isHealthy({ findings }: Pick<Examination, "findings">): boolean {
  return !findings.some(({ level }) => level === "problem");
}

const COLOURS: Readonly<Record<Level, Colour>> = { ok: "green", note: "yellow", problem: "red" };

/** The examination for people: a line for each finding, and below it what to type. */
export function examinationText(examination: Examination, colour: boolean): string {
  const { findings, fixed } = examination;
  const lines = findings.flatMap(({ check, level, says, hint, repair }) => [
    `${paint(colour, COLOURS[level], level.padEnd(7))}  ${check.padEnd(9)}  ${plainLine(says)}`,
    ...advice(hint, repair).map((line) => `${" ".repeat(20)}→ ${plainLine(line)}`),
  ]);
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  const [problems, notes] = [count("problem"), count("note")];
  return [...fixed.map((line) => `fixed    ${plainLine(line)}`), ...lines, sum(problems, notes)].join("\n");
}

function advice(hint: string | undefined, repair: Repair | undefined): string[] {
  if (repair === undefined) return hint === undefined ? [] : [hint];
  return [hint === undefined ? "looop doctor --fix" : `${hint}, or looop doctor --fix`];
}

function sum(problems: number, notes: number): string {
  const noted = notes === 0 ? "" : `, ${notes} to know`;
  if (problems === 0) return `healthy${noted}`;
  return `${problems} ${problems === 1 ? "problem" : "problems"}${noted}`;
}

/** The same for scripts. Its fields are public: add, never rename. */
export function examinationJson(examination: Examination): string {
  const findings = examination.findings.map(({ check, level, says, hint, repair }) => ({
    check,
    level,
    says: plainLine(says),
    hint: hint === undefined ? null : plainLine(hint),
    fixable: repair !== undefined,
  }));
  const { version, fixed } = examination;
  return jsonText({ v: 1, version, healthy: isHealthy(examination), findings, fixed }, 2);
}
