import { expected } from "../../core/error.ts";
import { readVerifies, removeVerify, type Verify, writeVerify } from "../../store/beat/verifies.ts";
import type { Context } from "../context/context.ts";
import { runCommand } from "./run-shell.ts";

/** Starts a worker with its verify command on record before it runs, so that no end of it goes unverified. */
export async function startVerified(
  { files, paths, fleet }: Context,
  id: string,
  cmd: string | undefined,
  start: () => Promise<void>,
): Promise<void> {
  const before = readVerifies(files, paths).find((verify) => verify.id === id);
  if (cmd !== undefined) writeVerify(files, paths, { id, cmd, key: undefined, verdict: undefined });
  try {
    await start();
  } catch (error) {
    if (cmd !== undefined) restore({ files, paths }, id, before);
    throw error;
  }
  // What an earlier life of the id declared is not about this one.
  if (cmd === undefined) removeVerify(files, paths, id);
  else {
    const key = fleet.workers().find((worker) => worker.id === id)?.key;
    writeVerify(files, paths, { id, cmd, key, verdict: undefined });
  }
}

function restore({ files, paths }: Pick<Context, "files" | "paths">, id: string, before: Verify | undefined): void {
  if (before === undefined) removeVerify(files, paths, id);
  else writeVerify(files, paths, before);
}

/** Runs each declared command once, after its worker has ended. What cannot even be started counts as failed. */
export async function verifyEnded(context: Context): Promise<void> {
  const { files, paths, fleet, log } = context;
  const waiting = readVerifies(files, paths).filter(({ verdict }) => verdict === undefined);
  if (waiting.length === 0) return;
  const workers = fleet.workers();
  for (const verify of waiting) {
    const worker = workers.find(({ id, key }) => id === verify.id && key === verify.key);
    if (worker?.finished !== true) continue;
    const verdict = await verdictOf(context, verify);
    if (verdict === undefined) return; // interrupted: it is run again
    writeVerify(files, paths, { ...verify, verdict });
    log.line(`verified ${verify.id}: ${verdict.ok ? "passed" : "failed"}`, verdict.ok ? "green" : "red");
    context.event("verified", { worker: verify.id, ok: verdict.ok });
  }
}

async function verdictOf(context: Context, { id, cmd }: Verify): Promise<Verify["verdict"]> {
  try {
    const { ended, output } = await runCommand(context, ["bash", "-c", cmd], id, context.knobs.verifyTimeoutMs);
    if (ended.aborted) return undefined;
    return { ok: ended.code === 0, exitCode: ended.code, output };
  } catch (error) {
    expected(error);
    return { ok: false, exitCode: undefined, output: error.message };
  }
}
