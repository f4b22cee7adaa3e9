import { join } from "node:path";
import { type PrunePlan, type PruneRules, planPrune } from "../core/session/session.ts";
import { fnv1a, pathsOf, shortSocketFolder } from "../store/session/session-paths.ts";
import { archiveSession, listSessions, readSession } from "../store/session/sessions.ts";
import { type CreateSessionDeps, lockSessions } from "./create-session.ts";
import { isListening } from "./probe.ts";

/**
 * Removes the folders of finished sessions of ours, with their transcripts, prompts, and the sockets that dead ones left. Returns
 * what was done: a session that came alive since the plan was made stays.
 */
export async function prune(edge: CreateSessionDeps, rules: PruneRules, dryRun = false): Promise<PrunePlan> {
  const { store } = edge;
  const plan = planPrune(listSessions(store), rules);
  if (dryRun || plan.remove.length === 0) return plan;
  const lock = await lockSessions(edge);
  try {
    const removed: string[] = [];
    for (const id of plan.remove) if (await removeOne(edge, id, rules)) removed.push(id);
    await sweepSockets(edge);
    return { remove: removed, keep: plan.keep };
  } finally {
    lock.release();
  }
}

/** Looks again under the lock: a start may have come in between. */
async function removeOne(edge: CreateSessionDeps, id: string, rules: PruneRules): Promise<boolean> {
  const session = readSession(edge.store, id);
  if (session === undefined || planPrune([session], rules).remove.length === 0) return false;
  if (await isListening(edge, id)) return false;
  // Moved away first, at one blow: half a session that is cut off here would be one whose record cannot be read.
  const gone = archiveSession(edge.store, session, rules.nowMs);
  edge.store.files.removeTree(gone);
  const { shortSocket: farSocket, prompt, longTask, ready } = pathsOf(edge.store, id);
  for (const path of [farSocket, prompt, longTask, ready]) edge.store.files.remove(path);
  return true;
}

/** Short-path sockets of this data folder that no session has and nobody answers on. */
async function sweepSockets({ store, sockets }: CreateSessionDeps): Promise<void> {
  const folder = shortSocketFolder(store.sessions, store.sockets);
  const known = new Set(store.files.list(store.sessions).map(fnv1a));
  for (const name of store.files.list(folder)) {
    if (known.has(name) || !/^[0-9a-f]{16}$/.test(name)) continue;
    const path = join(folder, name);
    const connection = await sockets.connect(path).catch(() => undefined);
    connection?.destroy();
    if (connection === undefined) store.files.remove(path);
  }
}

/** Removes moved-away sessions older than the retention: their folders' own times tell. */
export function pruneFinished({ store }: Pick<CreateSessionDeps, "store">, maxAgeMs: number, nowMs: number): string[] {
  return store.files.list(store.finished).filter((name) => {
    const folder = join(store.finished, name);
    const stat = store.files.stat(folder);
    if (stat?.kind !== "folder" || nowMs - stat.mtimeMs < maxAgeMs) return false;
    store.files.removeTree(folder);
    return true;
  });
}
