/** What `looop doctor` says, for tests of it. */
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

/** A data folder after its first beat. */
export function afterFirstBeat(): Profile {
  const me = fleetProfile();
  looop(["tick"], { profile: me, stdout: ANYTHING, stderr: ANYTHING });
  return me;
}

/** What doctor says, having checked that its exit code fits. */
export function doctorReport(me: Profile, args: readonly string[] = [], env: Record<string, string> = {}): Report {
  const { exit, stdout, stderr } = run([...PROGRAM, "doctor", "--json", ...args], {
    env: { ...me.env, ...env },
    cwd: me.home,
  });
  const said = JSON.parse(stdout) as Report;
  expect({ exit, stderr }).toEqual({ exit: said.healthy ? 0 : 1, stderr: "" });
  return said;
}

/** All that is not as it should be, or is worth knowing. */
export function findingsOf(me: Profile, env: Record<string, string> = {}): Finding[] {
  return doctorReport(me, [], env).findings.filter(({ level }) => level !== "ok");
}

/** What a finding must be like. */
export const findingLike = (check: string, level: string, says: RegExp, hint?: RegExp) => [
  expect.objectContaining({
    check,
    level,
    says: expect.stringMatching(says),
    ...(hint === undefined ? {} : { hint: expect.stringMatching(hint) }),
  }),
];
