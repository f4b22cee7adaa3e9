import type { Finding } from "../../core/doctor/finding.ts";
import { judgeSensors } from "../../core/doctor/sensors.ts";
import { Snapshots } from "../../store/snapshots.ts";
import type { Room } from "./room.ts";

/** The last reading of each sensor. */
export function lookAtSensors({ app, paths }: Room): readonly Finding[] {
  return judgeSensors(new Snapshots(app.files, paths).readings());
}
