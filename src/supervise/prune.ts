import { join } from "node:path";
import { type PrunePlan, type PruneRules, planPrune } from "../core/session/session.ts";
import { fnv1a, pathsOf, shortSocketFolder } from "../store/session/session-paths.ts";
import { archiveSession, listSessions, readSession } from "../store/session/sessions.ts";
import { type CreateSessionDeps, lockSessions } from "./create-session.ts";
import { answers, isListening } from "./probe.ts";

/**
 * Removes our finished sessions: their folders, transcripts and prompts, and the sockets that dead ones left. Returns
 * what was removed and kept.
 */
export async function prune(deps: CreateSessionDeps, rules: PruneRules, dryRun = false): Promise<PrunePlan> {
  const { store } = deps;
  const plan = planPrune(listSessions(store), rules);
  if (dryRun || plan.remove.length === 0) return plan;
  using _lock = await lockSessions(deps);
  const removed: string[] = [];
  for (const id of plan.remove) if (await removeOne(deps, id, rules)) removed.push(id);
  await sweepSockets(deps);
  return { remove: removed, keep: plan.keep };
}

/** Removes one session, unless it was started again since the plan was made. */
async function removeOne(deps: CreateSessionDeps, id: string, rules: PruneRules): Promise<boolean> {
  const session = readSession(deps.store, id);
  if (session === undefined || planPrune([session], rules).remove.length === 0) return false;
  if (await isListening(deps, id)) return false;
  // Moved first, in one step: a folder that is only half removed would be a session with an unreadable record.
  const gone = archiveSession(deps.store, session, rules.nowMs);
  deps.store.files.removeTree(gone);
  const { shortSocket, prompt, longTask, ready } = pathsOf(deps.store, id);
  for (const path of [shortSocket, prompt, longTask, ready]) deps.store.files.remove(path);
  return true;
}

/** Removes short-path sockets of this data folder that belong to no session and do not answer. */
async function sweepSockets({ store, sockets }: CreateSessionDeps): Promise<void> {
  const folder = shortSocketFolder(store.sessions, store.sockets);
  const known = new Set(store.files.list(store.sessions).map(fnv1a));
  for (const name of store.files.list(folder)) {
    if (known.has(name) || !/^[0-9a-f]{16}$/.test(name)) continue;
    const path = join(folder, name);
    if (!(await answers(sockets, path))) store.files.remove(path);
  }
}

/** Removes archived sessions whose folders have not changed for `maxAgeMs`, and returns their names. */
export function pruneFinished({ store }: Pick<CreateSessionDeps, "store">, maxAgeMs: number, nowMs: number): string[] {
  return store.files.list(store.finished).filter((name) => {
    const folder = join(store.finished, name);
    const stat = store.files.stat(folder);
    if (stat?.kind !== "folder" || nowMs - stat.mtimeMs < maxAgeMs) return false;
    store.files.removeTree(folder);
    return true;
  });
}
