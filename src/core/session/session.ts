import type { Answered, Ask, Asker } from "../mailbox/ask.ts";
import { signalName } from "../signal.ts";
import { clip, plainLine } from "../text.ts";
import type { Holder } from "./claim.ts";
import type { Meta, State, Status } from "./record.ts";
import type { Waiting } from "./waiting.ts";

/**
 * The state of a session. `dead`: its supervisor is gone and left no final record. `unknown`: its record cannot be read,
 * so looop leaves the session alone unless a person names it.
 */
export type SessionState = State | "dead" | "unknown";

export interface Session {
  readonly id: string;
  readonly state: SessionState;
  /** True while its supervisor lives and its program starts or runs. For an unknown one only a connection can tell. */
  readonly isAlive: boolean;
  /** True when looop started it. */
  readonly isOurs: boolean;
  /** True when it is alive and stopped: see `looop freeze`. */
  readonly isFrozen?: boolean;
  readonly meta: Meta | undefined;
  readonly status: Status | undefined;
  /** Its flag's text, trimmed: its own, else the one of {@linkcode waiting}. Empty when it is flagged without words. */
  readonly note: string | undefined;
  /** Set while it is alive and waits for the person without having said so: its supervisor has seen that. */
  readonly waiting?: (Waiting & { readonly since: string }) | undefined;
}

/** Returns the state of a session by its record; `ownerLives` is true when its supervisor was seen alive. */
export function sessionState(meta: Meta | undefined, status: Status | undefined, ownerLives: boolean): SessionState {
  if (status?.state === "exited" || status?.state === "killed") return status.state;
  if (meta === undefined) return "unknown";
  if (!ownerLives) return "dead";
  return status?.state ?? "starting";
}

/** The finished sessions to remove and those to keep. `supervise/prune.ts` carries it out. */
export interface PrunePlan {
  readonly remove: readonly string[];
  readonly keep: readonly { readonly id: string; readonly why: string }[];
}

export interface PruneRules {
  /** The keys ({@linkcode keyOf}) that a successful beat has shown to the decider; undefined to remove the others too. */
  readonly shown: ReadonlySet<string> | undefined;
  /** The least age of a session that is removed, in milliseconds since its last change. */
  readonly minAgeMs: number;
  readonly nowMs: number;
}

/** Plans what `prune` removes: our sessions that have ended, were shown to the decider, and are old enough. */
export function planPrune(sessions: readonly Session[], rules: PruneRules): PrunePlan {
  const verdicts = sessions.map((session) => ({ id: session.id, why: whyKeep(session, rules) }));
  return {
    remove: verdicts.flatMap(({ id, why }) => (why === undefined ? [id] : [])),
    keep: verdicts.flatMap(({ id, why }) => (why === undefined ? [] : [{ id, why }])),
  };
}

function whyKeep(session: Session, rules: PruneRules): string | undefined {
  if (session.meta === undefined) return "its record cannot be read";
  if (!session.isOurs) return "another program started it";
  if (session.isAlive) return "it is running";
  if (rules.shown !== undefined && !rules.shown.has(keyOf(session))) return "no beat has shown its end yet";
  return ageMs(session, rules.nowMs) < rules.minAgeMs ? "it ended only recently" : undefined;
}

/** Returns the milliseconds since the last change, never negative, since clocks may be set back. */
function ageMs({ status, meta }: Session, nowMs: number): number {
  const sinceMs = Date.parse(status?.last_change ?? meta?.started_at ?? "");
  return Number.isNaN(sinceMs) ? 0 : Math.max(0, nowMs - sinceMs);
}

/** Returns true when a session has certainly ended. An unknown one may still run. */
export function isFinished({ state }: Session): boolean {
  return state === "exited" || state === "killed" || state === "dead";
}

/** Returns a key for one run of a session: an id can be used again. */
export function keyOf({ id, meta }: Session): string {
  return `${id} ${meta?.started_at ?? ""}`;
}

/** Returns true when the session called `kill` on itself, as a worker does when it is done. */
export function endedItself({ state, status }: Session): boolean {
  return state === "killed" && status?.ended_by === "self";
}

/** Returns the flag that waits for the person, or undefined. The flag of a session that the person ended does not wait. */
export function openFlag({ note, state, status }: Session): string | undefined {
  return state === "killed" && status?.ended_by === "person" ? undefined : note || undefined;
}

/** Returns the state in words: `running`, `exited, exit 130 (maybe SIGINT)`, `killed by person`. */
export function statusWords(session: Session): string {
  const { state, status, isFrozen = false } = session;
  const code = status?.exit_code ?? undefined;
  const exit = code === undefined ? "" : `, exit ${code}${maybeSignal(code)}`;
  switch (state) {
    case "exited":
      return `exited${exit}${status?.reason === undefined ? "" : ` (${clip(plainLine(status.reason), 120)})`}`;
    case "killed":
      return `${endedItself(session) ? "ended itself" : `killed by ${status?.ended_by ?? "unknown"}`}${exit}`;
    case "dead":
      return "dead: its supervisor is gone";
    case "starting":
    case "running":
    case "unknown":
      return isFrozen ? "frozen: stopped until the person thaws it" : state;
  }
}

/** Names the signal that a code of 128 + n may mean: a shell reports it so, but a program may also exit with that code. */
function maybeSignal(code: number): string {
  const name = signalName(code - 128);
  return name === undefined ? "" : ` (maybe SIG${name})`;
}

/** A worker as the loop sees it: one of our sessions other than the pulse. */
export interface Worker {
  /** The bare id. */
  readonly id: string;
  /** The key of this run; see {@linkcode keyOf}. */
  readonly key: string;
  readonly state: SessionState;
  readonly alive: boolean;
  /** True when it has certainly ended. A worker that is neither alive nor finished has an unreadable record. */
  readonly finished: boolean;
  readonly exitCode: number | undefined;
  readonly endedBy: string | undefined;
  /** The flag that waits for the person; undefined without one. */
  readonly note: string | undefined;
  /** True when its supervisor saw that it waits, and it did not raise a flag itself. */
  readonly isSeenWaiting?: boolean;
  /** The time when that flag was raised, in milliseconds since the epoch. */
  readonly flaggedAtMs: number | undefined;
  /** State and exit in words: "running", "exited, exit 0", "killed by person". */
  readonly status: string;
  /** The last lines of a finished worker's transcript, without control characters. */
  readonly tail: string;
  /** The result of its verify command, once it has ended. */
  readonly verify?: "passed" | "failed";
}

/** The sessions, as the loop reads and changes them. */
export interface Fleet {
  /** Returns our workers: live ones, and finished ones until a beat has shown them. Throws when they cannot be read. */
  workers(): readonly Worker[];
  /** Returns workers with a flag that waits, dead ones included: the question outlives its asker. */
  flagged(): readonly Worker[];
  /** Returns the state of a lease's holder, by session id. */
  holder(session: string): Holder;
  /** Returns the state of an ask's session, by session id. */
  asker(session: string): Asker;
  /** Resolves the asks that the person answered in a worker's terminal. Returns true when there was one. */
  resolveTyped(asks: { readonly pending: readonly Ask[]; readonly answered: readonly Answered[] }): boolean;
  /** Records that the decider has seen how these workers ended. */
  markShown(workers: readonly Worker[]): void;
  /** Ends what a dead supervisor left stopped, and, while everything is frozen, stops workers that run. */
  keepFrozen(): Promise<readonly string[]>;
  /** Removes finished workers that were shown and are older than the retention. */
  tidy(): Promise<void>;
}
