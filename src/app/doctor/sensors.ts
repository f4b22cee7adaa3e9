import type { Finding } from "../../core/doctor/finding.ts";
import { judgeSensors } from "../../core/doctor/sensors.ts";
import { Snapshots } from "../../store/beat/snapshots.ts";
import { findSensorFile, sensorFiles } from "../../store/policy/sensors.ts";
import type { DoctorDeps } from "./check.ts";

/** The last reading of each sensor that is there. */
export function lookAtSensors({ app, paths }: DoctorDeps): readonly Finding[] {
  const there = sensorFiles(app.files, paths);
  const readings = new Snapshots(app.files, paths).readings();
  return judgeSensors(readings.filter(({ id }) => findSensorFile(there, id) !== undefined));
}
