import { dirname } from "node:path";
import type { ProcessMember, Trees } from "../../core/session/process-tree.ts";
import type { FrozenBy } from "../../core/session/request.ts";
import { clearFrozen, writeFrozen } from "../../store/session/frozen-session.ts";
import { readNote } from "../../store/session/note.ts";
import type { SessionStore } from "../../store/session/session-paths.ts";
import type { Clock } from "../../sys/sys.ts";
import { endStarted } from "./end-started.ts";

/** The most time until two looks at the processes must agree, and the time between looks, in milliseconds. */
const SETTLE_TIMEOUT_MS = 3_000;
const LOOK_MS = 15;

export interface FreezerDeps {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly trees: Trees;
}

/** The result of a freeze. */
export interface Frozen {
  /** The number of processes that are stopped. */
  readonly stopped: number;
  /** False when the program went on starting processes. */
  readonly settled: boolean;
}

/** Returns the environment variables that mark a session's processes, whatever their parent is by now. */
export function markOf({ sessions }: Pick<SessionStore, "sessions">, id: string): ReadonlyMap<string, string> {
  return new Map([
    ["LOOOP_SESSION_ID", id],
    ["LOOOP_DATA_DIR", dirname(sessions)],
  ]);
}

/** Freezes a session: stops every process that its program has started, and resumes them. */
export class Freezer {
  readonly #deps: FreezerDeps;
  readonly #id: string;
  #isFrozen = false;

  constructor(deps: FreezerDeps, id: string) {
    this.#deps = deps;
    this.#id = id;
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  /**
   * Stops the processes and returns how many are stopped. The record is written first, so that the next beat knows of the
   * freeze even if this process dies here.
   */
  async freeze(root: number, by: FrozenBy, reason: string): Promise<Frozen> {
    const { store, clock, trees } = this.#deps;
    const wasFrozen = this.#isFrozen;
    this.#isFrozen = true;
    const bootId = store.processes.identify(store.processes.pid)?.bootId ?? "";
    const record = { at: new Date(clock.now()).toISOString(), by, reason, note: readNote(store, this.#id) ?? null };
    if (!wasFrozen) writeFrozen(store, this.#id, { ...record, members: [] });
    const { members, settled } = await stopAll(clock, () => trees.members(root, this.#mark), trees);
    // The session was thawed or ended in the meantime.
    if (!this.#isFrozen) {
      for (const member of members) trees.signal(member, "SIGCONT");
      return { stopped: 0, settled };
    }
    const known = members.map(({ pid, startedAt }) => ({ pid, startedAt, bootId }));
    if (!wasFrozen) writeFrozen(store, this.#id, { ...record, members: known });
    return { stopped: members.length, settled };
  }

  /** Resumes the processes and returns how many. */
  thaw(root: number): number {
    if (!this.#isFrozen) return 0;
    this.#isFrozen = false;
    const { store, trees } = this.#deps;
    const members = trees.members(root, this.#mark);
    for (const member of members) trees.signal(member, "SIGCONT");
    clearFrozen(store, this.#id);
    return members.length;
  }

  /** Ends the frozen processes, which nothing else would resume. */
  async endFrozen(root: number): Promise<void> {
    if (this.#isFrozen) await this.endAll(root);
  }

  /** Ends every process that the program has started, except those of group `exceptGroup`. */
  async endAll(root: number, exceptGroup?: number): Promise<void> {
    const { store, clock, trees } = this.#deps;
    await endStarted({ clock, trees, processes: store.processes }, root, this.#mark, exceptGroup);
    if (!this.#isFrozen) return;
    this.#isFrozen = false;
    clearFrozen(store, this.#id);
  }

  get #mark(): ReadonlyMap<string, string> {
    return markOf(this.#deps.store, this.#id);
  }
}

/** Stops processes until two looks find the same ones, all stopped: one that still runs may just have started more. */
async function stopAll(
  clock: Clock,
  look: () => ProcessMember[],
  trees: Trees,
): Promise<{ readonly members: readonly ProcessMember[]; readonly settled: boolean }> {
  const endMs = clock.monotonic() + SETTLE_TIMEOUT_MS;
  let before = "";
  for (;;) {
    const members = look();
    const running = members.filter(({ isStopped }) => !isStopped);
    const now = members.map(({ pid }) => pid).join(" ");
    if (running.length === 0 && now === before) return { members, settled: true };
    if (clock.monotonic() > endMs) return { members, settled: false };
    for (const member of running) trees.signal(member, "SIGSTOP");
    before = now;
    await clock.sleep(LOOK_MS);
  }
}
