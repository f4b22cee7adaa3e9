/** The interfaces of terminals: those that looop makes for programs, and the one it was started on. */
import type { ProcessIdentity } from "../core/process-identity.ts";

/** A terminal's size in character cells. */
export interface Size {
  readonly cols: number;
  readonly rows: number;
}

export interface PtyCommand {
  /** The program and its arguments. It gets this process's environment: the PTY library cannot remove a variable. */
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly size: Size;
  /** Called with each piece of output. The array is reused: copy what you keep. */
  readonly onOutput: (bytes: Uint8Array) => void;
  /** Called when there is room for input again, after `write` took less than it was given. */
  readonly onDrain?: () => void;
  /** Called once, after the last byte of output. A leader that dies by a signal is reported as exit 1. */
  readonly onExit: (code: number) => void;
}

/** Input that was written and not read. */
export interface UnreadInput {
  /** Bytes that the terminal has not taken, because the program does not read. */
  readonly queuedBytes: number;
  /** True when the terminal holds input for the program; undefined where the system does not tell. */
  readonly isHeld: boolean | undefined;
}

/** A pseudo-terminal that runs a program. */
export interface Pty {
  /** The process id of the program, which is also the id of its process group. */
  readonly pid: number;
  /** The identity of the program, read before it could do anything; undefined when it had already ended. */
  readonly identity: ProcessIdentity | undefined;
  /** Queues input without waiting. Returns how many bytes were queued: fewer than given when the program does not read. */
  write(bytes: Uint8Array): number;
  /** Returns the input that the program has yet to read. */
  unread(): UnreadInput;
  resize(size: Size): void;
  /** Looks for output or an end at once, because something else has acted on the program. */
  hurry(): void;
  /** Closes the terminal; the kernel sends a hang-up to processes that still use it. */
  close(): void;
}

export interface Ptys {
  /** Starts a program on a new PTY. Throws a LooopError with the reason when that fails. */
  open(command: PtyCommand): Pty;
}

export interface TerminalEvents {
  /** Called with what was typed, or what the terminal answers. The callee may keep the array. */
  readonly onInput: (bytes: Uint8Array) => void;
  /** Called with a new size; changes that follow each other quickly are combined. */
  readonly onResize: (size: Size) => void;
  /** Called when the terminal has taken everything that was written. */
  readonly onDrain: () => void;
  /** Called when this process continues after a stop: the screen may show something else now. */
  readonly onResume: () => void;
  /** Called at most once, when a signal asks this process to end. A terminal that has gone is reported as SIGHUP. */
  readonly onLeave: (signal: NodeJS.Signals) => void;
  /** Returns the text that undoes everything written so far. May be called at any moment, also at the very end. */
  readonly undo: () => string;
}

/** The terminal in raw mode: keys arrive as they are typed, nothing is echoed, translated or turned into a signal. */
export interface TakenTerminal {
  /** Bytes written that the terminal has not taken yet. */
  readonly queuedBytes: number;
  /** Never waits. */
  write(bytes: Uint8Array): void;
  /** Restores the terminal and writes `last` to it. Unread input is dropped. */
  release(last: string): Promise<void>;
}

/** The terminal that this process was started on. */
export interface Terminal {
  /** True when both stdin and stdout are a terminal. */
  readonly isThere: boolean;
  /** Returns undefined when the terminal does not report a size. */
  size(): Size | undefined;
  /** Takes the terminal over until it is released. Any other end of this process but SIGKILL restores it too. */
  take(events: TerminalEvents): TakenTerminal;
  /** Ends this process by `signal`, so that its parent sees why it ended. */
  die(signal: NodeJS.Signals): void;
}
