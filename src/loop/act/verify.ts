import { expected } from "../../core/error.ts";
import { argvOf } from "../../core/shell/run-as-judged.ts";
import { plainLine } from "../../core/text.ts";
import { readVerifies, removeVerify, type Verify, writeVerify } from "../../store/beat/verifies.ts";
import { verifyWorkFolder } from "../../store/beat/work-folders.ts";
import type { ActDeps, ProgramDeps, ReportDeps } from "../context/context.ts";
import { changedPaths, verifyFiles } from "./named-files.ts";
import { runCommand } from "./run-shell.ts";

/** Starts a worker. Its verify command is on disk before that, so that even an immediate end is verified. */
export async function startVerified(
  { files, paths, fleet }: Pick<ActDeps, "files" | "paths"> & { readonly fleet: Pick<ActDeps["fleet"], "workers"> },
  id: string,
  check: Pick<Verify, "cmd" | "named"> | undefined,
  start: () => Promise<void>,
): Promise<void> {
  const before = readVerifies(files, paths).find((verify) => verify.id === id);
  if (check !== undefined) writeVerify(files, paths, { id, ...check, key: undefined, verdict: undefined });
  try {
    await start();
  } catch (error) {
    if (check !== undefined) restore({ files, paths }, id, before);
    throw error;
  }
  // An earlier worker of this id may have left a verify command; it is not about this one.
  if (check === undefined) removeVerify(files, paths, id);
  else {
    const key = fleet.workers().find((worker) => worker.id === id)?.key;
    writeVerify(files, paths, { id, ...check, key, verdict: undefined });
  }
}

function restore({ files, paths }: Pick<ActDeps, "files" | "paths">, id: string, before: Verify | undefined): void {
  if (before === undefined) removeVerify(files, paths, id);
  else writeVerify(files, paths, before);
}

type VerifyDeps = ActDeps & ProgramDeps & ReportDeps;

/** Runs the verify command of each finished worker once. A command that cannot be started counts as failed. */
export async function verifyEnded(deps: VerifyDeps): Promise<void> {
  const { files, paths, fleet, log } = deps;
  const waiting = readVerifies(files, paths).filter(({ verdict }) => verdict === undefined);
  if (waiting.length === 0) return;
  const workers = fleet.workers();
  for (const verify of waiting) {
    const worker = workers.find(({ id, key }) => id === verify.id && key === verify.key);
    if (worker?.finished !== true) continue;
    const verdict = await verdictOf(deps, verify);
    if (verdict === undefined) return; // interrupted: it runs again on the next beat
    writeVerify(files, paths, { ...verify, verdict });
    log.line(`verified ${verify.id}: ${verdict.ok ? "passed" : "failed"}`, verdict.ok ? "green" : "red");
    deps.event("verified", { worker: verify.id, ok: verdict.ok });
  }
}

async function verdictOf(deps: VerifyDeps, { id, cmd, named }: Verify): Promise<Verify["verdict"]> {
  // Only a command that the person approved has these; one that a pattern allows needed no yes.
  const changed = named === undefined ? [] : changedPaths(named, verifyFiles(deps, cmd));
  if (changed.length > 0) {
    const output = `not run: changed since the person approved it: ${changed.slice(0, 5).map(plainLine).join(", ")}`;
    return { ok: false, exitCode: undefined, output };
  }
  try {
    const folder = verifyWorkFolder(deps.paths, id);
    const command = { argv: argvOf(cmd), folder, id, timeoutMs: deps.knobs.verifyTimeoutMs };
    const { ended, output } = await runCommand(deps, command);
    if (ended.aborted) return undefined;
    return { ok: ended.code === 0, exitCode: ended.code, output };
  } catch (error) {
    expected(error);
    return { ok: false, exitCode: undefined, output: error.message };
  }
}
