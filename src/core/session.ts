import type { Meta, State, Status } from "./record.ts";

/**
 * How a session stands. `dead`: its supervisor is gone without a word. `unknown`: its record cannot be read, so nothing
 * can be said about it, and nothing is done to it.
 */
export type Standing = State | "dead" | "unknown";

export interface Session {
  readonly id: string;
  readonly standing: Standing;
  /** Whether its supervisor lives and its program is starting or running. */
  readonly isAlive: boolean;
  /** Whether looop started it. */
  readonly isOurs: boolean;
  readonly meta: Meta | undefined;
  readonly status: Status | undefined;
  /** The note's text, trimmed; undefined when there is none. Empty: flagged without words. */
  readonly note: string | undefined;
}

/** How a session stands, from its record and whether its owner was seen alive. */
export function standingOf(meta: Meta | undefined, status: Status | undefined, ownerLives: boolean): Standing {
  if (status?.state === "exited" || status?.state === "killed") return status.state;
  if (meta === undefined) return "unknown";
  if (!ownerLives) return "dead";
  return status?.state ?? "starting";
}

/** Which finished sessions' folders go. Decides only; `supervise/reap.ts` does it. */
export interface PrunePlan {
  readonly remove: readonly string[];
  readonly keep: readonly { readonly id: string; readonly why: string }[];
}

export interface PruneRules {
  /** Ids that a successful beat has shown to the decider, or undefined to take the others too. */
  readonly shown: ReadonlySet<string> | undefined;
  /** A session younger than this stays, in milliseconds since its last change. */
  readonly minAgeMs: number;
  readonly nowMs: number;
}

/** What `prune` removes: sessions of ours that have ended, were seen to have, and are old enough. */
export function planPrune(sessions: readonly Session[], rules: PruneRules): PrunePlan {
  const verdicts = sessions.map((session) => ({ id: session.id, why: whyKeep(session, rules) }));
  return {
    remove: verdicts.flatMap(({ id, why }) => (why === undefined ? [id] : [])),
    keep: verdicts.flatMap(({ id, why }) => (why === undefined ? [] : [{ id, why }])),
  };
}

function whyKeep(session: Session, rules: PruneRules): string | undefined {
  if (session.standing === "unknown") return "its record cannot be read";
  if (!session.isOurs) return "another program started it";
  if (session.isAlive) return "it is running";
  if (rules.shown !== undefined && !rules.shown.has(session.id)) return "no beat has shown its end yet";
  return ageMs(session, rules.nowMs) < rules.minAgeMs ? "it ended only lately" : undefined;
}

/** Milliseconds since the last change, never negative: clocks are set back. */
function ageMs({ status, meta }: Session, nowMs: number): number {
  const sinceMs = Date.parse(status?.last_change ?? meta?.started_at ?? "");
  return Number.isNaN(sinceMs) ? 0 : Math.max(0, nowMs - sinceMs);
}

/** A worker as the loop sees it: one of our sessions that is not the pulse. */
export interface Worker {
  /** The bare id. */
  readonly id: string;
  readonly state: "starting" | "running" | "exited" | "killed" | "dead" | "unknown";
  readonly alive: boolean;
  readonly exitCode: number | undefined;
  readonly endedBy: string | undefined;
  /** The flag's text; undefined when it is not flagged. */
  readonly note: string | undefined;
  /** State and exit in words: "running", "exited, exit 0", "killed by a person". */
  readonly status: string;
  /** The last lines of a finished worker's transcript, clean. */
  readonly tail: string;
}

/** The fleet, as the loop needs it. */
export interface Fleet {
  /** Our workers, live and just finished. Throws when the fleet cannot be read: nothing may be concluded then. */
  workers(): readonly Worker[];
}
