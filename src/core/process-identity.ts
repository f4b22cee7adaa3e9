/** The identity of a process, distinct from a later process with the same id. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Its start time in the system's units (Linux: clock ticks since boot; macOS: date and time). */
  readonly startedAt: string;
  /** Identifies this boot of the machine. */
  readonly bootId: string;
}

/** True when both are the same process: process ids are reused. */
export function isSame(one: ProcessIdentity, other: ProcessIdentity): boolean {
  return one.pid === other.pid && one.startedAt === other.startedAt && one.bootId === other.bootId;
}
