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
