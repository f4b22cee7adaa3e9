import { basename, join } from "node:path";
import type { Finding } from "../../core/doctor/finding.ts";
import { judgeForeignFiles, judgeSensors } from "../../core/doctor/sensors.ts";
import { isForeignFile } from "../../core/world/foreign-file.ts";
import { WorldStore } from "../../store/beat/world-store.ts";
import { findSensorFile, sensorFiles } from "../../store/policy/sensors.ts";
import type { DoctorDeps } from "./check.ts";

/** A temporary file of looop itself, which the check of leftovers names. */
const OWN = /\.\d+\.\d+\.tmp$/;

/** Checks the last reading of each existing sensor. */
export function checkSensors({ app, paths }: DoctorDeps): readonly Finding[] {
  const names = sensorFiles(app.files, paths);
  const readings = new WorldStore(app.files, paths).readings();
  return [
    ...judgeSensors(readings.filter(({ id }) => findSensorFile(names, id) !== undefined)),
    ...judgeForeignFiles(
      [paths.sensors, paths.goals].flatMap((folder) =>
        app.files
          .list(folder)
          .flatMap((name) => (isForeignFile(name) && !OWN.test(name) ? [join(basename(folder), name)] : [])),
      ),
    ),
  ];
}
