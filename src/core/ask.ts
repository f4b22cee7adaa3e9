import type { Move } from "./move.ts";

/** How soon a person should look. */
export type Severity = "now" | "soon" | "whenever";

/** A question to the person. It stays until it is answered or, for a parked move, expires. */
export interface Ask {
  readonly id: string;
  /** The session that asked, or "looop" when the loop itself does (ask_human, a parked move). */
  readonly from: string;
  readonly prompt: string;
  /** A file that belongs to the question. */
  readonly ref?: string;
  readonly options?: readonly string[];
  readonly severity: Severity;
  /** RFC 3339 UTC. */
  readonly ts: string;
  /** A move that waits for the person's yes, whole, and what it would overwrite. */
  readonly parked?: ParkedMove;
}

export interface ParkedMove {
  readonly move: Move;
  readonly runId: string;
  /** By path relative to the data folder: the SHA-256 of what the move would overwrite, "" for "not there". */
  readonly targets: Readonly<Record<string, string>>;
  /** The rule that asked. */
  readonly rule: string;
}

/** The person's answer. The first one wins. */
export interface Answer {
  readonly ask: string;
  readonly text: string;
  readonly ts: string;
  /** How it came: the verb, or by attaching and typing. */
  readonly by: "answer" | "attach";
}

/** How long a parked move waits for its yes, in milliseconds. Silence means no. */
export const PARKED_MS = 7 * 86_400_000;
