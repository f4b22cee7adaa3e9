/** Runs every check of `doctor`, and makes the repairs. */
import type { CheckName, DoctorReport, Finding, Repair } from "../../core/doctor/finding.ts";
import { CHECKS, problem } from "../../core/doctor/finding.ts";
import { expected } from "../../core/error.ts";
import { type Inspect, inspect } from "../../sys/process/inspect.ts";
import type { App } from "../open.ts";
import { VERSION } from "../version.ts";
import type { Check, DoctorDeps } from "./check.ts";
import { checkClock } from "./clock.ts";
import { checkConfig } from "./config.ts";
import { checkFiles } from "./data-files.ts";
import { checkData, checkDisk } from "./data-folder.ts";
import { checkTerminal, checkTools } from "./environment.ts";
import { checkLeftovers } from "./leftovers.ts";
import { checkLock } from "./lock.ts";
import { checkLoop } from "./loop.ts";
import { checkNotify } from "./notify.ts";
import { checkRunner } from "./runner.ts";
import { checkSensors } from "./sensors.ts";
import { checkSessions, checkVersions } from "./sessions.ts";

const CHECK_FUNCTIONS: Readonly<Record<CheckName, Check>> = {
  loop: checkLoop,
  config: checkConfig,
  notify: checkNotify,
  runner: checkRunner,
  sensors: checkSensors,
  data: checkData,
  disk: checkDisk,
  lock: checkLock,
  sessions: checkSessions,
  versions: checkVersions,
  files: checkFiles,
  leftovers: checkLeftovers,
  clock: checkClock,
  tools: checkTools,
  terminal: checkTerminal,
};

/**
 * Runs every check in turn and changes nothing. With `fix`, makes the repairs that lose no data, and runs the checks
 * again.
 */
export async function examine(app: App, fix: boolean): Promise<DoctorReport> {
  const deps: DoctorDeps = { app, paths: app.paths(), inspect };
  const findings = await runChecks(deps);
  if (!fix) return { version: VERSION, findings, fixed: [] };
  const fixed = findings.flatMap(({ repair }) => (repair === undefined ? [] : makeRepair(inspect, repair)));
  return { version: VERSION, findings: fixed.length === 0 ? findings : await runChecks(deps), fixed };
}

async function runChecks(deps: DoctorDeps): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of CHECKS) findings.push(...(await runCheck(deps, check)));
  return findings;
}

/** Runs one check. A failed check is reported as a problem, so that it does not hide the others. */
async function runCheck(deps: DoctorDeps, check: CheckName): Promise<readonly Finding[]> {
  try {
    return await CHECK_FUNCTIONS[check](deps);
  } catch (error) {
    expected(error);
    return [problem(check, error.message, error.hint)];
  }
}

/** Makes a repair and returns it in words. Does nothing when the file was replaced since the check. */
function makeRepair(inspect: Inspect, repair: Repair): string[] {
  const { path, identity } = repair;
  if (repair.kind === "blank") {
    const { spans } = repair;
    const lines = spans.length === 1 ? "a line" : `${spans.length} lines`;
    return inspect.blank(path, identity, spans) ? [`set aside ${lines} of ${path} in ${path}.damaged`] : [];
  }
  if (repair.kind === "remove") return inspect.unlink(path, identity) ? [`removed ${path}`] : [];
  return inspect.setMode(path, repair.mode, identity) ? [`chmod ${repair.mode.toString(8)} ${path}`] : [];
}
