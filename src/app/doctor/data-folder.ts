import { dirname } from "node:path";
import { judgeSpace } from "../../core/doctor/disk-space.ts";
import { type Finding, note, orOk, problem } from "../../core/doctor/finding.ts";
import { judgeParents, judgePrivate } from "../../core/doctor/permissions.ts";
import type { DoctorDeps } from "./check.ts";

/** Checks that the data folder exists, is writable, belongs to the user and is private. */
export function checkData({ paths, inspect }: DoctorDeps): readonly Finding[] {
  const { data } = paths;
  const existingParents = parents(data).flatMap((path) => {
    const look = inspect.look(path);
    return look === undefined ? [] : [{ path, look }];
  });
  const open = judgeParents(existingParents, inspect.userId);
  const look = inspect.look(data);
  if (look === undefined) {
    const [nearest] = existingParents;
    if (nearest !== undefined) inspect.mustBeWritable(nearest.path);
    return [...open, note("data", `${data} is not there yet`, "`looop run` or `looop up` begins it")];
  }
  if (look.kind !== "folder" && look.kind !== "link")
    return [problem("data", `${data} is a ${look.kind}, not a folder`, "Choose another with LOOOP_DATA_DIR")];
  inspect.mustBeWritable(data);
  return orOk("data", [...open, ...judgeLinked(data, { inspect, look })], `${data} is writable, and private`);
}

/** Checks the owner and mode of the folder, or of the folder that a link leads to: the link's own do not matter. */
function judgeLinked(
  data: string,
  { inspect, look }: Pick<DoctorDeps, "inspect"> & { look: ReturnType<typeof inspect.look> },
) {
  const folder = look?.kind === "link" ? inspect.look(`${data}/.`) : look;
  return folder === undefined ? [] : judgePrivate(data, folder, inspect.userId);
}

/** Returns the folders above `path`, the nearest first. */
function parents(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [above, ...parents(above)];
}

/** Checks the free space on the disk of the data folder, or of where it will be. */
export function checkDisk({ paths, inspect }: DoctorDeps): readonly Finding[] {
  const existing = [paths.data, ...parents(paths.data)].find((path) => inspect.look(path) !== undefined) ?? "/";
  return [judgeSpace(inspect.space(existing))];
}
