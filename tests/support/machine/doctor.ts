/** The findings of `looop doctor`, for its tests. */
import { expect } from "bun:test";
import { ANYTHING, looop } from "../program/looop.ts";
import type { Profile } from "../program/profile.ts";
import { PROGRAM } from "../program/program.ts";
import { run } from "../program/run.ts";
import { fleetProfile } from "../session/workers.ts";

export interface Finding {
  readonly check: string;
  readonly level: "ok" | "note" | "problem";
  readonly says: string;
  readonly hint: string | null;
  readonly fixable: boolean;
}

export interface Report {
  readonly healthy: boolean;
  readonly findings: readonly Finding[];
  readonly fixed: readonly string[];
}

/** Returns a profile whose data folder has had its first beat. */
export function afterFirstBeat(): Profile {
  const me = fleetProfile();
  looop(["tick"], { profile: me, stdout: ANYTHING, stderr: ANYTHING });
  return me;
}

/** Runs `doctor --json`, checks its exit code, and returns its report. */
export function doctorReport(me: Profile, args: readonly string[] = [], env: Record<string, string> = {}): Report {
  const { exit, stdout, stderr } = run([...PROGRAM, "doctor", "--json", ...args], {
    env: { ...me.env, ...env },
    cwd: me.home,
  });
  const said = JSON.parse(stdout) as Report;
  expect({ exit, stderr }).toEqual({ exit: said.healthy ? 0 : 1, stderr: "" });
  return said;
}

/** Returns the notes and problems that doctor finds. */
export function findingsOf(me: Profile, env: Record<string, string> = {}): Finding[] {
  return doctorReport(me, [], env).findings.filter(({ level }) => level !== "ok");
}

/** Returns a matcher for one finding. */
export const findingLike = (check: string, level: string, says: RegExp, hint?: RegExp) => [
  expect.objectContaining({
    check,
    level,
    says: expect.stringMatching(says),
    ...(hint === undefined ? {} : { hint: expect.stringMatching(hint) }),
  }),
];
