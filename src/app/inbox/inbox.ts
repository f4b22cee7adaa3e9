import type { Failure } from "../../core/beat/backoff.ts";
import { type Found, inboxOf } from "../../core/inbox/inbox.ts";
import type { InboxItem } from "../../core/inbox/item.ts";
import type { Fleet } from "../../core/session/session.ts";
import { brokenBeat, deadPulseIn, readFound } from "../../store/inbox/read-found.ts";
import { spendHold } from "../../store/inbox/spend-hold.ts";
import { readPulse } from "../../store/pulse-state.ts";
import { openAsksAndDamage } from "../mailbox/open-asks.ts";
import type { App } from "../open.ts";
import { settingsOf } from "../report/settings.ts";

/** Returns the inbox. Only reads files. */
export async function readInbox(app: App, fleet: Pick<Fleet, "flagged">): Promise<InboxItem[]> {
  const { clock, files, processes } = app;
  const paths = app.paths();
  const state = readPulse(files, paths) ?? {};
  const { rows: asks, damaged } = await openAsksAndDamage(app);
  const known = {
    asks,
    damaged,
    brokenBeat: brokenBeat(state),
    config: await configTrouble(app),
    deadPulse: deadPulseIn(files, processes, paths),
    failure: await lastFailure(app),
    flagged: fleet.flagged(),
    hold: spendHold(files, paths, state, clock.now()),
  };
  return inboxOf(readFound(files, paths, known));
}

async function configTrouble(app: App): Promise<Found["config"]> {
  const { hint = "looop doctor", problem } = await settingsOf(app);
  return problem === undefined ? undefined : { message: problem, hint };
}

/** Returns the last failed decide. Loads its reader only when there is one, because `status` must be quick. */
export async function lastFailure({ files, paths }: App): Promise<Failure | undefined> {
  if (files.stat(paths().lastFailure) === undefined) return undefined;
  const { readFailure } = await import("../../store/beat/guards.ts");
  const failure = readFailure(files, paths());
  return failure === "damaged" ? undefined : failure;
}
