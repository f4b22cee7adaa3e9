import { join } from "node:path";
import { judgeHistory } from "../../core/doctor/data-files.ts";
import type { Finding } from "../../core/doctor/finding.ts";
import { gitProgram, runGit } from "../../store/history/git.ts";
import type { DoctorDeps } from "./check.ts";

/** A history of years is read in seconds, in milliseconds. */
const FSCK_MS = 30_000;

/** The history of policy and journal, as git itself judges it. Without git nobody can read it, and tools says so. */
export async function lookAtHistory({ app, paths }: DoctorDeps): Promise<readonly Finding[]> {
  const folder = join(paths.data, ".memory.git");
  const proc = await app.proc();
  const git = gitProgram(proc, app.env, paths.data);
  if (git === undefined || app.files.stat(folder)?.kind !== "folder") return [];
  const argv = [git, "fsck", "--no-dangling", "--no-progress", "--connectivity-only"];
  const ended = await runGit({ proc, env: app.env, folder }, { argv, timeoutMs: FSCK_MS });
  if (typeof ended === "string") return judgeHistory(folder, ended);
  return ended.code === 0 ? [] : judgeHistory(folder, ended.errorText);
}
