/** One completion. */
export interface Candidate {
  readonly value: string;
  /** A description in one line, for shells that show it. */
  readonly text?: string;
}

/** The kinds of names that exist only at run time. */
export type LiveKind =
  | "ask"
  | "beat"
  | "claim"
  | "goal"
  | "playbook"
  | "recipe"
  | "runner"
  | "schedule"
  | "sensor"
  | "session"
  | "worker";
