import { expected } from "../../core/error.ts";
import type { Call } from "../../core/money/call.ts";
import { withReport } from "../../core/money/worker-spend.ts";
import { bareWorker, sessionId } from "../../core/names.ts";
import { recordWorkerCall } from "../../store/money/worker-call.ts";
import { readWorkerSpend } from "../../store/money/worker-spend.ts";
import type { App } from "../open.ts";
import { openBudget } from "./worker-funds.ts";

/**
 * Records the spend that a worker reports itself. Its telemetry may have reported the same money: only the difference goes
 * to the ledger. Returns false for a worker without a spend record, or of another runner than the call's.
 */
export async function recordSelfReport(app: App, path: string, call: Call, usd: number): Promise<boolean> {
  if (readWorkerSpend(app.files, path)?.runner !== call.runner) return false;
  const isRecorded = await recordWorkerCall(await openBudget(app), path, call, (spend) => withReport(spend, usd));
  if (isRecorded) await notifySupervisor(app, sessionId(bareWorker(call.id)));
  return isRecorded;
}

/** Makes the supervisor check the caps now. It may be gone. */
async function notifySupervisor(app: App, session: string): Promise<void> {
  const { openClient } = await import("./open-sessions.ts");
  const { ask } = await import("../../supervise/wire/client.ts");
  try {
    await ask(await openClient(app), session, { op: "spent" });
  } catch (error) {
    expected(error);
  }
}
