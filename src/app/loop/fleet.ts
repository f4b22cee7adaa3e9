import type { Config } from "../../core/config/config.ts";
import { expected } from "../../core/error.ts";
import type { Fleet } from "../../core/session/session.ts";
import { readShownSessions } from "../../store/beat/shown-sessions.ts";
import { isFrozen } from "../../store/freeze-all.ts";
import { holderOf } from "../../store/session/claim-holder.ts";
import { pathsOf } from "../../store/session/session-paths.ts";
import { removeTemporaryFiles } from "../../store/temporary-files.ts";
import { prune, pruneFinished } from "../../supervise/prune.ts";
import { askerOf, openMailbox } from "../mailbox/mailbox.ts";
import { resolveTypedAsks } from "../mailbox/resolve.ts";
import type { App } from "../open.ts";
import { openCreateSession } from "../session/open-sessions.ts";
import { openWorkerView, ourWorkers } from "../session/workers.ts";

/** Returns the workers as the loop sees them, with the cleaning up before each beat. */
export async function openFleet(app: App, config: () => Promise<Config>): Promise<Fleet> {
  const deps = await openCreateSession(app);
  const { files, clock } = app;
  const paths = app.paths();
  const mailbox = await openMailbox(app);
  const tidy = async () => {
    const minAgeMs = (await sessionTtl(config)) * 1_000;
    const rules = { shown: readShownSessions(files, paths), minAgeMs, nowMs: clock.now() };
    await prune(deps, rules);
    pruneFinished(deps, minAgeMs, clock.now());
    const live = ourWorkers(deps.store).filter(({ isAlive }) => isAlive);
    const folders = live.map(({ id }) => pathsOf(deps.store, id).folder);
    removeTemporaryFiles(files, paths, folders, clock.now());
  };
  const keepFrozen = async () => {
    const mayBe = isFrozen(files, paths) || ourWorkers(deps.store).some(({ state }) => state === "dead");
    if (!mayBe) return [];
    const { endFrozenOrphans, stopAll } = await import("../session/freeze-workers.ts");
    const orphans = await endFrozenOrphans(deps);
    const stopped = isFrozen(files, paths) ? await stopAll(app) : [];
    return [...orphans.map((id) => `ended what ${id} left behind`), ...stopped.map((id) => `froze ${id}`)];
  };
  return {
    ...openWorkerView(deps.store, paths),
    holder: (id) => holderOf(deps.store, id),
    asker: (id) => askerOf(deps.store, id),
    resolveTyped: (asks) => resolveTypedAsks(app, mailbox, asks),
    tidy,
    keepFrozen,
  };
}

/** Returns the retention in seconds; infinite while the config is broken, so that nothing is deleted too early. */
async function sessionTtl(config: () => Promise<Config>): Promise<number> {
  try {
    return (await config()).session_ttl;
  } catch (error) {
    expected(error);
    return Number.POSITIVE_INFINITY;
  }
}
