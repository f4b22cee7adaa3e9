import { expected } from "../../core/error.ts";
import type { Call } from "../../core/money/call.ts";
import { withReport } from "../../core/money/worker-spend.ts";
import { bareWorker, sessionId } from "../../core/names.ts";
import type { App } from "../open.ts";

/**
 * Books what a worker says itself. Its telemetry may have told of the same money: only what is more is new. False when it
 * is about another runner than the worker's own, or cannot be booked so.
 */
export async function recordSelfReport(app: App, path: string, call: Call, usd: number): Promise<boolean> {
  const [{ bookCall }, { readWorkerSpend }, { openBudget }] = await Promise.all([
    import("../../store/money/book-call.ts"),
    import("../../store/money/worker-spend.ts"),
    import("./worker-funds.ts"),
  ]);
  if (readWorkerSpend(app.files, path)?.runner !== call.runner) return false;
  const isBooked = await bookCall(await openBudget(app), path, call, (spend) => withReport(spend, usd));
  if (isBooked) await tellSupervisor(app, sessionId(bareWorker(call.id)));
  return isBooked;
}

/** So that a cap holds at once. One that is gone has nobody to stop. */
async function tellSupervisor(app: App, session: string): Promise<void> {
  const [{ openClient }, { ask }] = await Promise.all([
    import("./open-sessions.ts"),
    import("../../supervise/wire/client.ts"),
  ]);
  try {
    await ask(await openClient(app), session, { op: "spent" });
  } catch (error) {
    expected(error);
  }
}
