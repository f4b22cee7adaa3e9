/** Makes a new data folder and config, with the starter PLAYBOOK, goals and sensor. */
import { join } from "node:path";
import type { Files, Sha256 } from "../../sys/sys.ts";
import { findConfig } from "../find-config.ts";
import type { Paths } from "../paths.ts";
import { trust } from "../policy/trusted.ts";
import gitignore from "./gitignore.txt" with { type: "text" };
import playbook from "./PLAYBOOK.md" with { type: "text" };
import playbookDaily from "./playbook-daily.md" with { type: "text" };
import setup from "./setup.md" with { type: "text" };
import today from "./today.sh" with { type: "text" };

const EXECUTABLE = 0o700;

/**
 * Creates what is missing of the data folder and the config, readable by the person only. Existing files are not changed.
 *
 * The starter goals and sensor are written once, into a folder that has neither PLAYBOOK.md nor .gitignore. So a deleted
 * PLAYBOOK.md is restored without them, an archived goal stays archived, and an interrupted first run is completed by the
 * next. `configText` is called only when there is no config in either format.
 */
export function ensureDataDir(files: Files, paths: Paths, configText: () => string): void {
  for (const dir of folders(paths)) files.makeDir(dir);
  const ignore = join(paths.data, ".gitignore");
  const missing = (path: string) => files.stat(path) === undefined;
  if (missing(paths.playbook)) {
    if (missing(ignore)) seedOnce(files, paths);
    files.create(paths.playbook, playbook);
  }
  // Last, because its presence means that the seeds are complete.
  if (missing(ignore)) files.create(ignore, gitignore);
  ensureConfig(files, paths, configText);
}

function folders(paths: Paths): string[] {
  return [paths.goalArchive, paths.sensors, paths.readings, paths.claims, paths.reports, paths.runs, paths.prompts];
}

function seedOnce(files: Files, paths: Paths): void {
  files.create(join(paths.goals, "setup.md"), setup);
  files.create(join(paths.goals, "playbook-daily.md"), playbookDaily);
  files.create(join(paths.sensors, "today.sh"), today, EXECUTABLE);
}

/** Writes no TOML config when an old JSON config is in use, because the TOML would take precedence. */
function ensureConfig(files: Files, paths: Paths, configText: () => string): void {
  if (findConfig(files, paths) !== undefined) return;
  files.makeDir(join(paths.config, ".."));
  files.create(paths.config, configText());
}

/**
 * Trusts the starter sensor, unless a trust decision was made in this data folder before. It trusts the bytes compiled
 * into this program, whatever file is in sensors/.
 */
export function trustSeeds(files: Files, paths: Paths, sha256: Sha256, nowMs: number): void {
  if (files.stat(paths.trusted) !== undefined) return;
  trust(files, paths, { file: "today.sh", sha256: sha256(today), ts: new Date(nowMs).toISOString(), by: "seed" });
}
