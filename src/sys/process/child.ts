import type { Command } from "../sys.ts";

/** A program that was started in its own session and process group. */
export interface Child {
  readonly pid: number;
  /** Resolves with its exit code, or the name of the signal that ended it. */
  readonly ended: Promise<{ readonly code: number | undefined; readonly signal: string | undefined }>;
  /** Calls back with each piece of output until both pipes end or {@linkcode Child.letGo} is called. Call it once. */
  read(take: NonNullable<Command["onOutput"]>): Promise<void>;
  /** Writes `text` to its stdin, which must be a pipe, and closes it. */
  give(text: string): void;
  kill(): void;
  /** Closes our ends of its pipes; it no longer keeps this process alive. */
  letGo(): void;
}

/**
 * Starts a program; `stdin` is a descriptor or a pipe, else the null device. Calls `onStart` in the same turn in which the
 * program begins, so that its process is on record before it can have done much.
 */
export type StartChild = (
  command: Pick<Command, "argv" | "cwd" | "env" | "onStart">,
  stdin?: number | "pipe",
) => Promise<Child>;
