/** `PLAYBOOK.md`, and its earlier versions in `playbook.d/<time>.md`. The person and moves write it. */
import { join } from "node:path";
import { bytesOf } from "../../core/text.ts";
import { fileStamp } from "../../core/time.ts";
import type { Files } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";
import { withFinalNewline, writePolicy } from "./policy.ts";

/** How many earlier versions are kept. */
const MAX_VERSIONS = 20;

/**
 * Replaces the PLAYBOOK after saving its present version. Returns that version's file name, or undefined when there was no
 * PLAYBOOK.
 */
export function writePlaybook(files: Files, paths: Paths, body: string, nowMs: number): string | undefined {
  const saved = savePlaybookVersion(files, paths, nowMs);
  writePolicy(files, paths, "PLAYBOOK.md", bytesOf(withFinalNewline(body)));
  return saved;
}

/** Returns the file names of the earlier versions, newest first. */
export function playbookVersions(files: Files, paths: Paths): string[] {
  const names = files.list(paths.playbookVersions).filter((name) => /^\d{8}-\d{6}(-\d{4})?\.md$/.test(name));
  // Compared without `.md`, so that `<time>-0001` sorts after `<time>`.
  const stem = (name: string) => name.slice(0, -3);
  return names.sort((one, other) => (stem(one) < stem(other) ? 1 : -1));
}

/**
 * Copies the present PLAYBOOK to playbook.d/, removes the oldest versions, and returns the copy's file name. It is a copy
 * and not a move, so that a kill never leaves the folder without a PLAYBOOK.
 */
export function savePlaybookVersion(files: Files, paths: Paths, nowMs: number): string | undefined {
  const current = files.read(paths.playbook);
  if (current === undefined) return undefined;
  files.makeDir(paths.playbookVersions);
  const stamp = fileStamp(nowMs);
  const last = playbookVersions(files, paths).find((name) => name.startsWith(stamp));
  for (let number = last === undefined ? 0 : Number(last.slice(stamp.length + 1, -3)) + 1; ; number++) {
    const name = number === 0 ? `${stamp}.md` : `${stamp}-${String(number).padStart(4, "0")}.md`;
    if (!files.create(join(paths.playbookVersions, name), current)) continue;
    for (const old of playbookVersions(files, paths).slice(MAX_VERSIONS))
      files.remove(join(paths.playbookVersions, old));
    return name;
  }
}
