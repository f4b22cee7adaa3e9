import { readIntervals, readLimits } from "../../core/config/limits.ts";
import { judgeAllowPatterns } from "../../core/doctor/allow-patterns.ts";
import { type Finding, note, ok, orOk } from "../../core/doctor/finding.ts";
import { judgeConfigFile } from "../../core/doctor/permissions.ts";
import { findConfig } from "../../store/find-config.ts";
import { readConfig } from "../../store/read-config.ts";
import type { DoctorDeps } from "./check.ts";

/** Checks that the config can be read, its owner and mode, and the settings in the environment. */
export async function checkConfig({ app, paths, inspect }: DoctorDeps): Promise<readonly Finding[]> {
  const { config, warnings } = await readConfig(app.files, paths);
  const source = findConfig(app.files, paths);
  const file = source === undefined ? undefined : inspect.look(app.files.real(source.path) ?? source.path);
  const allWarnings = [...warnings, ...readLimits(app.env).warnings, ...readIntervals(app.env, config).warnings];
  const findings = [
    ...(source === undefined || file === undefined ? [] : judgeConfigFile(source.path, file, inspect.userId)),
    ...allWarnings.map((warning) => note("config", warning)),
    ...judgeAllowPatterns(config.gates.allow),
  ];
  if (source === undefined) return [ok("config", `${paths.config} is not there: all is as built in`), ...findings];
  return orOk("config", findings, `${source.path} is understood`);
}
