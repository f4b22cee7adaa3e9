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

const RUNNABLE = 0o700;

/**
 * Makes what is missing of a data folder and its config, private to the person. Nothing that is there is touched.
 *
 * The starter goals and sensor come once, into a folder that has neither PLAYBOOK.md nor .gitignore. So a deleted
 * PLAYBOOK.md comes back alone, an archived goal stays archived, and a start that was cut short is finished by the next.
 * `configText` is asked only when there is no config, of either format.
 */
export function ensureDataDir(files: Files, paths: Paths, configText: () => string): void {
  for (const dir of folders(paths)) files.makeDir(dir);
  const ignore = join(paths.data, ".gitignore");
  const missing = (path: string) => files.stat(path) === undefined;
  if (missing(paths.playbook)) {
    if (missing(ignore)) seedOnce(files, paths);
    files.create(paths.playbook, playbook);
  }
  // Last, because its presence says that the seeds are complete.
  if (missing(ignore)) files.create(ignore, gitignore);
  ensureConfig(files, paths, configText);
}

function folders(paths: Paths): string[] {
  return [paths.goalArchive, paths.sensors, paths.readings, paths.claims, paths.reports, paths.runs, paths.prompts];
}

function seedOnce(files: Files, paths: Paths): void {
  files.create(join(paths.goals, "setup.md"), setup);
  files.create(join(paths.goals, "playbook-daily.md"), playbookDaily);
  files.create(join(paths.sensors, "today.sh"), today, RUNNABLE);
}

/** An old JSON config that is in use stays in use: a fresh TOML beside it would hide it. */
function ensureConfig(files: Files, paths: Paths, configText: () => string): void {
  if (findConfig(files, paths) !== undefined) return;
  files.makeDir(join(paths.config, ".."));
  files.create(paths.config, configText());
}

/**
 * Trusts the starter sensor, in a data folder in which nobody has trusted or distrusted anything yet. It goes by the
 * bytes that are compiled in, so it says nothing about what lies in sensors/.
 */
export function trustSeeds(files: Files, paths: Paths, sha256: Sha256, nowMs: number): void {
  if (files.stat(paths.trusted) !== undefined) return;
  trust(files, paths, { file: "today.sh", sha256: sha256(today), ts: new Date(nowMs).toISOString(), by: "seed" });
}
