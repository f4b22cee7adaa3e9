import { EXIT, LooopError } from "../core/error.ts";
import { isSame } from "../core/process-identity.ts";
import type { KillBy } from "../core/session/request.ts";
import { isFinished, type Session } from "../core/session/session.ts";
import { pathsOf } from "../store/session/session-paths.ts";
import { readSession } from "../store/session/sessions.ts";
import type { Groups } from "../sys/sys.ts";
import { endGroup } from "./freeze/end-processes.ts";
import { askKill, type ClientDeps } from "./wire/client.ts";

export interface EndSessionDeps extends ClientDeps {
  readonly groups: Groups;
}

/** How a session came to its end: by its supervisor, by us because that one is gone, or long before. */
export type EndResult = "ended" | "swept" | "was-over";

/** How long an old supervisor, which answers before it is done, may take to put the end on record, in milliseconds. */
const CONFIRM_MS = 7_000;

/**
 * Ends a session and returns once it is known to be over; throws (exit 1) when something of it is still there. Where
 * the supervisor is gone, what it left behind is ended here, if it provably is what it left behind.
 */
export async function endSession(edge: EndSessionDeps, session: Session, by: KillBy): Promise<EndResult> {
  if (session.isAlive) return await killLive(edge, session.id, by);
  if (session.standing === "unknown") throw nobodyKnows(edge, session.id);
  const group = leftoverOf(edge, session);
  if (group === undefined) return "was-over";
  const { isGone } = await endGroup(edge.clock, edge.groups, group);
  if (!isGone) throw stillThere(session.id);
  return "swept";
}

async function killLive(edge: EndSessionDeps, id: string, by: KillBy): Promise<EndResult> {
  try {
    if (!(await askKill(edge, id, by))) await confirm(edge, id);
    return "ended";
  } catch (error) {
    // It ended by itself between our look and our question: its supervisor had no time left for an answer.
    const now = readSession(edge.store, id);
    if (error instanceof LooopError && (now === undefined || isFinished(now))) return "was-over";
    throw error;
  }
}

/**
 * The process group that a finished or dead session left behind, or undefined. The number may be someone else's by now:
 * it is the old group only in the same boot, and while its leader is either the recorded process or gone (a number
 * that names a group is not given to a new process).
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

async function confirm(edge: EndSessionDeps, id: string): Promise<void> {
  const endMs = edge.clock.monotonic() + CONFIRM_MS;
  while (readSession(edge.store, id)?.isAlive === true) {
    if (edge.clock.monotonic() > endMs) throw stillThere(id);
    await edge.clock.sleep(50);
  }
}

function nobodyKnows({ store }: EndSessionDeps, id: string): LooopError {
  return new LooopError({
    message: `Cannot end session ${id}: its record is damaged and nobody answers, so whether it runs cannot be told`,
    hint: `What is left of it is in ${pathsOf(store, id).folder}; delete that when you need it no more`,
    exit: EXIT.failed,
  });
}

function stillThere(id: string): LooopError {
  return new LooopError({
    message: `Cannot end session ${id}: something of it still runs`,
    hint: "Look for it with `ps`; a process in uninterruptible sleep ends when the device answers",
    exit: EXIT.failed,
  });
}
