import { onTestFinished } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Paths, resolvePaths } from "../../../src/store/paths.ts";

/** Returns the paths of an empty data folder that the end of the test removes. */
export function dataFolder(): Paths {
  const home = mkdtempSync(join(tmpdir(), "looop-data-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return resolvePaths({ HOME: home, LOOOP_DATA_DIR: home }, home);
}
