import type { Asker } from "../mailbox/ask.ts";
import { signalName } from "../signal.ts";
import { clip, plainLine } from "../text.ts";
import type { Holder } from "./claim.ts";
import type { Meta, State, Status } from "./record.ts";

/**
 * How a session stands. `dead`: its supervisor is gone without a word. `unknown`: its record cannot be read, so nothing
 * can be said about it, and nothing is done to it unless a person names it.
 */
export type SessionState = State | "dead" | "unknown";

export interface Session {
  readonly id: string;
  readonly standing: SessionState;
  /** Whether its supervisor lives and its program is starting or running; of an unknown one only a connection tells. */
  readonly isAlive: boolean;
  /** Whether looop started it. */
  readonly isOurs: boolean;
  /** Whether it is alive and stopped: see `looop freeze`. */
  readonly isFrozen?: boolean;
  readonly meta: Meta | undefined;
  readonly status: Status | undefined;
  /** The note's text, trimmed; undefined when there is none. Empty: flagged without words. */
  readonly note: string | undefined;
}

/** How a session stands, from its record and whether its owner was seen alive. */
export function sessionState(meta: Meta | undefined, status: Status | undefined, ownerLives: boolean): SessionState {
  if (status?.state === "exited" || status?.state === "killed") return status.state;
  if (meta === undefined) return "unknown";
  if (!ownerLives) return "dead";
  return status?.state ?? "starting";
}

/** Which finished sessions' folders go. Decides only; `supervise/prune.ts` does it. */
export interface PrunePlan {
  readonly remove: readonly string[];
  readonly keep: readonly { readonly id: string; readonly why: string }[];
}

export interface PruneRules {
  /** Keys ({@linkcode keyOf}) that a successful beat has shown to the decider, or undefined to take the others too. */
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
  if (session.meta === undefined) return "its record cannot be read";
  if (!session.isOurs) return "another program started it";
  if (session.isAlive) return "it is running";
  if (rules.shown !== undefined && !rules.shown.has(keyOf(session))) return "no beat has shown its end yet";
  return ageMs(session, rules.nowMs) < rules.minAgeMs ? "it ended only lately" : undefined;
}

/** Milliseconds since the last change, never negative: clocks are set back. */
function ageMs({ status, meta }: Session, nowMs: number): number {
  const sinceMs = Date.parse(status?.last_change ?? meta?.started_at ?? "");
  return Number.isNaN(sinceMs) ? 0 : Math.max(0, nowMs - sinceMs);
}

/** Whether a session will never do anything again. Of an unknown one that cannot be said. */
export function isFinished({ standing }: Session): boolean {
  return standing === "exited" || standing === "killed" || standing === "dead";
}

/** Names one life of a session: an id can be used again. */
export function keyOf({ id, meta }: Session): string {
  return `${id} ${meta?.started_at ?? ""}`;
}

/** Whether it called `kill` on itself, which is how a worker says that it is done. */
export function endedItself({ standing, status }: Session): boolean {
  return standing === "killed" && status?.ended_by === "self";
}

/** The flag that waits for the person; undefined when there is none. What the person ended asks nobody any more. */
export function openFlag({ note, standing, status }: Session): string | undefined {
  return standing === "killed" && status?.ended_by === "person" ? undefined : note || undefined;
}

/** How a session stands, in words: `running`, `exited, exit 130 (maybe SIGINT)`, `killed by person`. */
export function statusWords(session: Session): string {
  const { standing, status, isFrozen = false } = session;
  const code = status?.exit_code ?? undefined;
  const exit = code === undefined ? "" : `, exit ${code}${maybeSignal(code)}`;
  switch (standing) {
    case "exited":
      return `exited${exit}${status?.reason === undefined ? "" : ` (${clip(plainLine(status.reason), 120)})`}`;
    case "killed":
      return `${endedItself(session) ? "ended itself" : `killed by ${status?.ended_by ?? "unknown"}`}${exit}`;
    case "dead":
      return "dead: its supervisor is gone";
    case "starting":
    case "running":
    case "unknown":
      return isFrozen ? "frozen: stopped until the person thaws it" : standing;
  }
}

/** A shell reports a death by signal as 128 + n, but a program may also exit with that code by itself. */
function maybeSignal(code: number): string {
  const name = signalName(code - 128);
  return name === undefined ? "" : ` (maybe SIG${name})`;
}

/** A worker as the loop sees it: one of our sessions that is not the pulse. */
export interface Worker {
  /** The bare id. */
  readonly id: string;
  /** Names this one life of the id. */
  readonly key: string;
  readonly state: SessionState;
  readonly alive: boolean;
  /** Whether it will never do anything again. Neither alive nor finished: its record cannot be read. */
  readonly finished: boolean;
  readonly exitCode: number | undefined;
  readonly endedBy: string | undefined;
  /** The text of the flag that waits for the person; undefined when none does. */
  readonly note: string | undefined;
  /** When that flag was raised, in milliseconds since the epoch. */
  readonly flaggedAtMs: number | undefined;
  /** State and exit in words: "running", "exited, exit 0", "killed by person". */
  readonly status: string;
  /** The last lines of a finished worker's transcript, clean. */
  readonly tail: string;
  /** What its verify command said of it, once it has ended. */
  readonly verify?: "passed" | "failed";
}

/** The fleet, as the loop needs it. */
export interface Fleet {
  /** Our workers: the live ones, and finished ones until a beat has shown them. Throws when it cannot be read. */
  workers(): readonly Worker[];
  /** Workers whose flag waits, the dead ones too: a question is not lost because its asker died. */
  flagged(): readonly Worker[];
  /** What is known of the holder of a claim, by session id. */
  holder(session: string): Holder;
  /** What is known of who asked, by session id. */
  asker(session: string): Asker;
  /** Remembers that a decider has seen how these ended. */
  markShown(workers: readonly Worker[]): void;
  /** Keeps frozen what shall be: ends what a dead supervisor left stopped, and stops what runs while everything is frozen. */
  keepFrozen(): Promise<readonly string[]>;
  /** Removes the records of finished workers that were shown and are older than the retention. */
  tidy(): Promise<void>;
}
