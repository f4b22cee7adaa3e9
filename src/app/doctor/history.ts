import { join } from "node:path";
import { judgeHistory } from "../../core/doctor/data-files.ts";
import type { Finding } from "../../core/doctor/finding.ts";
import { gitProgram, runGit } from "../../store/history/git.ts";
import type { DoctorDeps } from "./check.ts";

/** The timeout of git fsck, in milliseconds. It reads a history of years in seconds. */
const FSCK_TIMEOUT_MS = 30_000;

/** Checks the history with `git fsck`. Reports nothing without git, which the check of tools reports. */
export async function checkHistory({ app, paths }: DoctorDeps): Promise<readonly Finding[]> {
  const folder = join(paths.data, ".memory.git");
  const proc = await app.proc();
  const git = gitProgram(proc, app.env, paths.data);
  if (git === undefined || app.files.stat(folder)?.kind !== "folder") return [];
  const argv = [git, "fsck", "--no-dangling", "--no-progress", "--connectivity-only"];
  const result = await runGit({ proc, env: app.env, folder }, { argv, timeoutMs: FSCK_TIMEOUT_MS });
  if (typeof result === "string") return judgeHistory(folder, result);
  return result.code === 0 ? [] : judgeHistory(folder, result.errorText);
}
