import { setting } from "../../core/env.ts";
import { roundUsd } from "../../core/money/call.ts";
import { spentBy } from "../../core/money/worker-spend.ts";
import { isSessionId } from "../../core/names.ts";
import { lockMoney } from "../../store/money/worker-call.ts";
import { readWorkerSpend, writeWorkerSpend } from "../../store/money/worker-spend.ts";
import { pathsOf } from "../../store/session/session-paths.ts";
import type { App } from "../open.ts";
import { openSessions } from "./open-sessions.ts";
import { openBudget } from "./worker-funds.ts";

/** The cap of a worker that another worker starts. */
export interface ChildCap {
  /** In USD; undefined when the caller has no cap of its own. */
  readonly capUsd: number | undefined;
  /** Returns the money to the caller, when the start fails. */
  giveBack(): Promise<void>;
}

/**
 * Moves money from the own cap of the worker that calls to the worker that it starts: at most `askedUsd`, at most what is
 * left. Otherwise a worker would spend more than its cap through workers that it starts.
 */
export async function takeFromOwnCap(app: App, askedUsd: number | undefined): Promise<ChildCap> {
  const session = setting(app.env, "LOOOP_SESSION_ID");
  const capUsd = session === undefined ? undefined : await move(app, session, askedUsd ?? Number.POSITIVE_INFINITY);
  const giveBack = async () => {
    if (session !== undefined && capUsd !== undefined) await move(app, session, -capUsd);
  };
  return { capUsd, giveBack };
}

/** Takes up to `usd` from a session's own cap and returns the amount; undefined when it has none. */
async function move(app: App, session: string, usd: number): Promise<number | undefined> {
  if (!isSessionId(session)) return undefined;
  const path = pathsOf(await openSessions(app), session).spend;
  if (readWorkerSpend(app.files, path)?.capUsd === undefined) return undefined;
  using _lock = await lockMoney(await openBudget(app));
  const spend = readWorkerSpend(app.files, path);
  if (spend?.capUsd === undefined) return undefined;
  const taken = roundUsd(Math.min(usd, Math.max(0, spend.capUsd - spentBy(spend))));
  writeWorkerSpend(app.files, path, { ...spend, capUsd: roundUsd(spend.capUsd - taken) });
  return taken;
}
