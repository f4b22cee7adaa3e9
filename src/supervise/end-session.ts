import { EXIT, LooopError } from "../core/error.ts";
import { isSame } from "../core/process-identity.ts";
import type { Trees } from "../core/session/process-tree.ts";
import type { KillBy } from "../core/session/request.ts";
import { isFinished, type Session } from "../core/session/session.ts";
import { pathsOf } from "../store/session/session-paths.ts";
import { readSession } from "../store/session/sessions.ts";
import type { Groups } from "../sys/sys.ts";
import { endGroup } from "./freeze/end-processes.ts";
import { endStarted } from "./freeze/end-started.ts";
import { markOf } from "./freeze/freezer.ts";
import { askKill, type ClientDeps } from "./wire/client.ts";

export interface EndSessionDeps extends ClientDeps {
  readonly groups: Groups;
  readonly trees: Trees;
}

/** The result: the supervisor ended it, we ended what a dead supervisor left behind, or it had ended before. */
export type EndResult = "ended" | "swept" | "was-over";

/** The most time for an older version's supervisor, which replies before it is done, to record the end, in milliseconds. */
const CONFIRM_MS = 7_000;

/**
 * Ends a session and returns once it is known to be over. When the supervisor is gone, this ends the processes that it
 * provably left behind. Throws (exit 1) when a process of the session still runs.
 */
export async function endSession(deps: EndSessionDeps, session: Session, by: KillBy): Promise<EndResult> {
  if (session.isAlive) return await killLive(deps, session.id, by);
  if (session.state === "unknown") throw unknownState(deps, session.id);
  const group = leftoverOf(deps, session);
  const mark = markOf(deps.store, session.id);
  if (group === undefined && !(await hasLeft(deps, session, mark))) return "was-over";
  const { isGone } = group === undefined ? { isGone: true } : await endGroup(deps.clock, deps.groups, group);
  const { clock, trees, store } = deps;
  const areGone = await endStarted({ clock, trees, processes: store.processes }, undefined, mark);
  if (!isGone || !areGone) throw stillRuns(session.id);
  return "swept";
}

async function killLive(deps: EndSessionDeps, id: string, by: KillBy): Promise<EndResult> {
  try {
    if (!(await askKill(deps, id, by))) await confirm(deps, id);
    return "ended";
  } catch (error) {
    // The session ended by itself before its supervisor could answer the request.
    const now = readSession(deps.store, id);
    if (error instanceof LooopError && (now === undefined || isFinished(now))) return "was-over";
    throw error;
  }
}

/**
 * Returns the process group that a finished or dead session left behind, or undefined. The system may have reused the
 * number: it is the old group only in the same boot, and only while its leader is the recorded process or has exited (the
 * number of a living group is not given to a new process).
 */
export function leftoverOf({ store, groups }: Pick<EndSessionDeps, "store" | "groups">, { meta, status }: Session) {
  const child = status?.child;
  if (child === undefined || meta?.supervisor === undefined) return undefined;
  const here = store.processes.identify(store.processes.pid);
  if (here?.bootId !== child.bootId) return undefined;
  const leader = store.processes.identify(child.pid);
  if (leader !== undefined && !isSame(leader, child)) return undefined;
  return groups.alive(child.pid) ? child.pid : undefined;
}

/** The time in which a process that is just ending is gone, in milliseconds. */
const ENDING_MS = 50;

/** True when processes with the session's mark go on, in the boot that the session ran in. */
async function hasLeft(
  { clock, store, trees }: EndSessionDeps,
  { status }: Session,
  mark: ReadonlyMap<string, string>,
): Promise<boolean> {
  const here = store.processes.identify(store.processes.pid);
  if (status?.child === undefined || here?.bootId !== status.child.bootId) return false;
  if (trees.members(undefined, mark).length === 0) return false;
  await clock.sleep(ENDING_MS);
  return trees.members(undefined, mark).length > 0;
}

async function confirm(deps: EndSessionDeps, id: string): Promise<void> {
  const endMs = deps.clock.monotonic() + CONFIRM_MS;
  while (readSession(deps.store, id)?.isAlive === true) {
    if (deps.clock.monotonic() > endMs) throw stillRuns(id);
    await deps.clock.sleep(50);
  }
}

function unknownState({ store }: EndSessionDeps, id: string): LooopError {
  return new LooopError({
    message: `Cannot end session ${id}: its record is damaged and no supervisor answers, so its state is unknown`,
    hint: `If nothing of it runs, delete its folder ${pathsOf(store, id).folder}`,
    exit: EXIT.failed,
  });
}

function stillRuns(id: string): LooopError {
  return new LooopError({
    message: `Cannot end session ${id}: a process of it still runs`,
    hint: "Find it with `ps`; a process in uninterruptible sleep ends when its device answers",
    exit: EXIT.failed,
  });
}
