import { dirname } from "node:path";
import type { ProcessMember, Trees } from "../../core/session/process-tree.ts";
import type { Freezer as By } from "../../core/session/request.ts";
import { clearFrozen, writeFrozen } from "../../store/session/frozen-session.ts";
import { readNote } from "../../store/session/note.ts";
import type { SessionStore } from "../../store/session/session-paths.ts";
import type { Clock } from "../../sys/sys.ts";
import { endMembers } from "./end-processes.ts";

/** How long to go on until two looks agree, and how long between them, in milliseconds. */
const LIMIT_MS = 3_000;
const LOOK_MS = 15;

export interface FreezerDeps {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly trees: Trees;
}

/** What tells a session's processes, whoever their parent is by now. */
export function markOf({ sessions }: Pick<SessionStore, "sessions">, id: string): ReadonlyMap<string, string> {
  return new Map([
    ["LOOOP_SESSION_ID", id],
    ["LOOOP_DATA_DIR", dirname(sessions)],
  ]);
}

/** Stops everything that a session's program has started, and lets it go on. */
export class Freezer {
  readonly #edge: FreezerDeps;
  readonly #id: string;
  #isFrozen = false;

  constructor(edge: FreezerDeps, id: string) {
    this.#edge = edge;
    this.#id = id;
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  /** On record first: whatever dies from here on, the next beat knows. Returns how many processes stand still. */
  async freeze(root: number, by: By, reason: string): Promise<{ readonly stopped: number; readonly settled: boolean }> {
    const { store, clock, trees } = this.#edge;
    const wasFrozen = this.#isFrozen;
    this.#isFrozen = true;
    const bootId = store.processes.identify(store.processes.pid)?.bootId ?? "";
    const record = { at: new Date(clock.now()).toISOString(), by, reason, note: readNote(store, this.#id) ?? null };
    if (!wasFrozen) writeFrozen(store, this.#id, { ...record, members: [] });
    const { members, settled } = await stopAll(clock, () => trees.members(root, this.#mark), trees);
    // Thawed or ended while we stopped it.
    if (!this.#isFrozen) {
      for (const member of members) trees.signal(member, "SIGCONT");
      return { stopped: 0, settled };
    }
    const known = members.map(({ pid, startedAt }) => ({ pid, startedAt, bootId }));
    if (!wasFrozen) writeFrozen(store, this.#id, { ...record, members: known });
    return { stopped: members.length, settled };
  }

  /** Returns how many go on. */
  thaw(root: number): number {
    if (!this.#isFrozen) return 0;
    this.#isFrozen = false;
    const { store, trees } = this.#edge;
    const members = trees.members(root, this.#mark);
    for (const member of members) trees.signal(member, "SIGCONT");
    clearFrozen(store, this.#id);
    return members.length;
  }

  /** Ends what is stopped, `but` the group of this id: nobody else would ever wake it. */
  async endRest(root: number, but?: number): Promise<void> {
    if (!this.#isFrozen) return;
    const { store, clock, trees } = this.#edge;
    const others = trees.members(root, this.#mark).filter(({ group }) => group !== but);
    await endMembers(clock, { trees, processes: store.processes }, others);
    this.#isFrozen = false;
    clearFrozen(store, this.#id);
  }

  get #mark(): ReadonlyMap<string, string> {
    return markOf(this.#edge.store, this.#id);
  }
}

/** Stops what is found until two looks find the same, all of it stopped: what is not yet may just have started more. */
async function stopAll(
  clock: Clock,
  look: () => ProcessMember[],
  trees: Trees,
): Promise<{ readonly members: readonly ProcessMember[]; readonly settled: boolean }> {
  const endMs = clock.monotonic() + LIMIT_MS;
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
