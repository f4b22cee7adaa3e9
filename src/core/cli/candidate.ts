/** One thing that could be typed here. */
export interface Candidate {
  readonly value: string;
  /** What it is, in a line; shells that can show it do. */
  readonly text?: string;
}

/** What there are names of while looop is used. */
export type LiveKind =
  | "ask"
  | "beat"
  | "claim"
  | "goal"
  | "playbook"
  | "runner"
  | "schedule"
  | "sensor"
  | "session"
  | "worker";
