import type { Command } from "../sys.ts";

/** A program that was started in a session and a group of its own. */
export interface Child {
  readonly pid: number;
  /** How it ended: a code, or a signal's name. */
  readonly ended: Promise<{ readonly code: number | undefined; readonly signal: string | undefined }>;
  /** Gives each piece of what it prints, until both pipes are at their end or {@linkcode Child.letGo} is called. Call it once. */
  read(take: NonNullable<Command["onOutput"]>): Promise<void>;
  /** Gives it `text` as all of its stdin, which must be a pipe. Whether it reads that shows in what it does then. */
  give(text: string): void;
  /** Closes our ends of its pipes, and no longer keeps this process from ending. */
  letGo(): void;
}

/** Which program; `stdin` is a descriptor or a pipe, else the null device. */
export type StartChild = (command: Pick<Command, "argv" | "cwd" | "env">, stdin?: number | "pipe") => Promise<Child>;
