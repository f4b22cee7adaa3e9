/** `sensors/<name>`, the executable sensor scripts, and `sensors/archive/` for those that no beat runs any more. */
import { join } from "node:path";
import { bareId } from "../../core/names.ts";
import { bytesOf } from "../../core/text.ts";
import { isForeignFile } from "../../core/world/foreign-file.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";
import { moveToArchive, noSuchPolicy, withFinalNewline, writePolicy } from "./policy.ts";

const EXECUTABLE = 0o700;

/** Returns the names of the sensor files, without hidden files and folders. */
export function sensorFiles(files: Files, paths: Paths): string[] {
  return files
    .list(paths.sensors)
    .filter(
      (name) => !name.startsWith(".") && !isForeignFile(name) && files.stat(join(paths.sensors, name))?.kind === "file",
    );
}

/** Returns the file among `names` that a sensor name means: that exact one, or the one with `.sh` added; or undefined. */
export function findSensorFile(names: readonly string[], name: string): string | undefined {
  return [name, `${name}.sh`].find((file) => names.includes(file));
}

/** Returns the file that a sensor name means. Throws (exit 2 or 4) when there is no such sensor. */
export function requireSensor(files: Files, paths: Paths, name: string): string {
  bareId("sensor", name);
  const names = sensorFiles(files, paths);
  const file = findSensorFile(names, name);
  if (file === undefined) throw noSuchPolicy("sensor", name, names);
  return file;
}

/** Writes an executable script to the file that `name` means, or to a new file of that name. Returns the file's name. */
export function writeSensor(files: Files, paths: Paths, name: string, script: string): string {
  const file = findSensorFile(sensorFiles(files, paths), bareId("sensor", name)) ?? name;
  writePolicy(files, paths, `sensors/${file}`, bytesOf(withFinalNewline(script)), EXECUTABLE);
  return file;
}

/** Moves a sensor to sensors/archive/, where no beat runs it. Returns its new path, relative to the data folder. */
export function archiveSensor(files: Files, paths: Paths, name: string): string {
  const file = requireSensor(files, paths, name);
  const folder = join(paths.sensors, "archive");
  return `sensors/archive/${moveToArchive(files, join(paths.sensors, file), folder, file, "")}`;
}
