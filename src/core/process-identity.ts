/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in units the system gives (Linux: clock ticks since boot; macOS: date and time). */
  readonly startedAt: string;
  /** Names this boot of the machine. */
  readonly bootId: string;
}

/** Whether two identities are of one process: numbers are given again. */
export function isSame(one: ProcessIdentity, other: ProcessIdentity): boolean {
  return one.pid === other.pid && one.startedAt === other.startedAt && one.bootId === other.bootId;
}
