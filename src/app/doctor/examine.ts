import type { CheckName, Examination, Finding, Repair } from "../../core/doctor/finding.ts";
import { CHECKS, problem } from "../../core/doctor/finding.ts";
import { expected } from "../../core/error.ts";
import { type Inspect, inspect } from "../../sys/process/inspect.ts";
import type { App } from "../open.ts";
import { VERSION } from "../version.ts";
import type { DoctorDeps, Look } from "./check.ts";
import { lookAtFiles } from "./data-files.ts";
import { lookAtClock, lookAtData, lookAtDisk } from "./data-folder.ts";
import { lookAtTerminal, lookAtTools } from "./environment.ts";
import { lookAtLeftovers } from "./leftovers.ts";
import { lookAtConfig, lookAtRunner } from "./runner.ts";
import { lookAtSensors } from "./sensors.ts";
import { lookAtLock, lookAtSessions, lookAtVersions } from "./sessions.ts";

const LOOKS: Readonly<Record<CheckName, Look>> = {
  config: lookAtConfig,
  runner: lookAtRunner,
  sensors: lookAtSensors,
  data: lookAtData,
  disk: lookAtDisk,
  lock: lookAtLock,
  sessions: lookAtSessions,
  versions: lookAtVersions,
  files: lookAtFiles,
  leftovers: lookAtLeftovers,
  clock: lookAtClock,
  tools: lookAtTools,
  terminal: lookAtTerminal,
};

/**
 * Looks at everything, one thing after the other, and changes nothing; with `fix`, repairs what can be repaired without
 * losing anything, and looks again.
 */
export async function examine(app: App, fix: boolean): Promise<Examination> {
  const room: DoctorDeps = { app, paths: app.paths(), inspect };
  const findings = await lookAtAll(room);
  if (!fix) return { version: VERSION, findings, fixed: [] };
  const fixed = findings.flatMap(({ repair }) => (repair === undefined ? [] : carryOut(inspect, repair)));
  return { version: VERSION, findings: fixed.length === 0 ? findings : await lookAtAll(room), fixed };
}

async function lookAtAll(room: DoctorDeps): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of CHECKS) findings.push(...(await lookAt(room, check)));
  return findings;
}

/** What cannot be looked at is a problem too, and must not hide the others. */
async function lookAt(room: DoctorDeps, check: CheckName): Promise<readonly Finding[]> {
  try {
    return await LOOKS[check](room);
  } catch (error) {
    expected(error);
    return [problem(check, error.message, error.hint)];
  }
}

/** What was done, in words; nothing when the file is another by now. */
function carryOut(hands: Inspect, repair: Repair): string[] {
  const { path, identity } = repair;
  if (repair.kind === "remove") return hands.unlink(path, identity) ? [`removed ${path}`] : [];
  return hands.setMode(path, repair.mode, identity) ? [`chmod ${repair.mode.toString(8)} ${path}`] : [];
}
