/** Terminals, those we make for programs and the one we were started on: what is asked of an adapter. */
import type { ProcessIdentity } from "../core/process-identity.ts";

/** A terminal's size in character cells. */
export interface Size {
  readonly cols: number;
  readonly rows: number;
}

export interface PtyCommand {
  /** The program and its arguments. It gets this process's environment: no PTY library of ours can take a name away. */
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly size: Size;
  /** Output as it comes, byte for byte. The array is used again: copy what is kept. */
  readonly onOutput: (bytes: Uint8Array) => void;
  /** There is room for input again, after `write` took less than it was given. */
  readonly onDrain?: () => void;
  /** Once, after the last byte of output. A leader that dies by a signal itself looks like exit 1. */
  readonly onExit: (code: number) => void;
}

/** A pseudo-terminal with a program on it. */
export interface Pty {
  /** Of the program that leads it, which also names its process group. */
  readonly pid: number;
  /** Who that program is, looked at before it could do anything; undefined when it was gone all the same. */
  readonly identity: ProcessIdentity | undefined;
  /** Queues input; returns how many bytes were taken, fewer than given when the program does not read. Never waits. */
  write(bytes: Uint8Array): number;
  resize(size: Size): void;
  /** Something was done to the program from elsewhere: look for its output or end at once. */
  hurry(): void;
  /** Lets go of the terminal; what is still on it gets the kernel's hang-up. */
  close(): void;
}

export interface Ptys {
  /** Starts a program on a PTY of its own. Throws a LooopError with the reason when it cannot. */
  open(command: PtyCommand): Pty;
}

export interface TerminalEvents {
  /** What was typed, or what the terminal answers. The array is the caller's to keep. */
  readonly onInput: (bytes: Uint8Array) => void;
  /** A new size; a storm of changes comes as a few. */
  readonly onResize: (size: Size) => void;
  /** The terminal has taken what was written. */
  readonly onDrain: () => void;
  /** This process was stopped and goes on: the screen shows something else by now. */
  readonly onResume: () => void;
  /** A signal asks this process to end, or the terminal is gone, which is told as SIGHUP. Comes at most once. */
  readonly onLeave: (signal: NodeJS.Signals) => void;
  /** What takes back all that was written; asked for at any moment, the last one included. */
  readonly undo: () => string;
}

/** The terminal in our hands: keys come as they are typed, nothing is echoed, translated or turned into a signal. */
export interface TakenTerminal {
  /** Bytes written that the terminal has not taken yet. */
  readonly queuedBytes: number;
  /** Never waits. */
  write(bytes: Uint8Array): void;
  /** Gives the terminal back as it was found, and writes `last` there. What was typed since is dropped. */
  release(last: string): Promise<void>;
}

/** The terminal that this process was started on. */
export interface Terminal {
  /** Whether a person sits at both ends: stdin and stdout are a terminal. */
  readonly isThere: boolean;
  /** Undefined when it does not say. */
  size(): Size | undefined;
  /** Takes it over until it is released; however else this process ends, short of SIGKILL, it is given back too. */
  take(events: TerminalEvents): TakenTerminal;
  /** Ends this process by the signal it was asked to end by, so that its parent sees that. */
  die(signal: NodeJS.Signals): void;
}
