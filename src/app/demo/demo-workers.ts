import { dirname } from "node:path";
import { sessionId } from "../../core/names.ts";
import { readNote } from "../../store/session/note.ts";
import { shortSocketFolder } from "../../store/session/session-paths.ts";
import { readSession } from "../../store/session/sessions.ts";
import { type EndSessionDeps, endSession } from "../../supervise/end-session.ts";
import type { App } from "../open.ts";
import { openKill } from "../session/open-sessions.ts";
import { ourWorkers } from "../session/workers.ts";
import type { DemoProfile } from "./profile.ts";

/** The time a supervisor has to end after its worker, in milliseconds. */
const LEAVE_MS = 2_000;

/** The workers of the demo's profile. */
export interface DemoWorkers {
  hasFlag(id: string): boolean;
  isAlive(id: string): boolean;
  /** Ends the remaining workers, and removes their empty socket folder, which is outside the profile. */
  endAll(): Promise<void>;
}

export async function openDemoWorkers(app: App, { env, paths }: DemoProfile): Promise<DemoWorkers> {
  const deps = await openKill({ ...app, env, paths: () => paths });
  return {
    hasFlag: (id) => Boolean(readNote(deps.store, sessionId(id))),
    isAlive: (id) => readSession(deps.store, sessionId(id))?.isAlive === true,
    endAll: () => dismiss(app, deps),
  };
}

async function dismiss({ clock, files, processes }: App, deps: EndSessionDeps): Promise<void> {
  const { store } = deps;
  const workers = ourWorkers(store);
  for (const worker of workers) if (worker.isAlive) await endSession(deps, worker, "person");
  const supervisors = workers.flatMap(({ meta }) => meta?.supervisor ?? []);
  const isThere = ({ pid, startedAt }: { pid: number; startedAt: string }) =>
    processes.identify(pid)?.startedAt === startedAt;
  const endMs = clock.monotonic() + LEAVE_MS;
  while (supervisors.some(isThere) && clock.monotonic() < endMs) await clock.sleep(10);
  const folder = shortSocketFolder(store.sessions, store.sockets);
  if (workers.length > 0) for (const it of [folder, dirname(folder)]) files.removeEmpty(it);
}
