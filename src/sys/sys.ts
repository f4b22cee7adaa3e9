/**
 * The edge of the program. Everything slow, random or shared with other processes is one of these interfaces.
 * Types only: outside `sys/`, `app/` and `main.ts` nothing of this folder but this and `tty.ts` may be imported.
 */

import type { ProcessIdentity } from "../core/process-identity.ts";

export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds of a clock that is never set back or forward. */
  monotonic(): number;
  /** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface FileStat {
  readonly kind: "file" | "folder" | "other";
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly executable: boolean;
  /** Device and inode: equal for the same file under two names, different after a replacement. */
  readonly identity: string;
  readonly userId: number;
  readonly isOurs: boolean;
}

/**
 * Files. Synchronous on purpose: a verb does a handful of small operations, and a thread hop each costs more than they
 * do (docs/decisions/0007). Every failure but "there is none" throws a LooopError that names the path and the cause.
 * A FIFO, device or folder where a file is expected is such a failure; it never blocks.
 */
export interface Files {
  /** The whole file as UTF-8, or undefined when there is none. */
  read(path: string): string | undefined;
  /** The whole file as bytes, or undefined when there is none. */
  readBytes(path: string): Uint8Array | undefined;
  /** At most `maxBytes` from byte `offset` on; a negative offset counts from the end. Undefined when there is none. */
  readPart(path: string, offset: number, maxBytes: number): Uint8Array | undefined;
  /** Replaces the file so that readers see the old content or the new, never a part. Mode 0600 unless given. */
  write(path: string, content: string | Uint8Array, mode?: number): void;
  /** The same without waiting for the disk: after a power cut it may be empty. For what is only a convenience. */
  jot(path: string, content: string): void;
  /** Creates the file with this content in one step; false when the name is already taken. */
  create(path: string, content: string, mode?: number): boolean;
  /** Appends one line in one write; `line` has no newline of its own. A torn last line is closed first. */
  append(path: string, line: string): void;
  /** Names (not paths) in `dir`, sorted; empty when there is no such folder. */
  list(dir: string): string[];
  /** Follows symbolic links. Undefined when there is none. */
  stat(path: string): FileStat | undefined;
  /** Makes `dir` and its missing parents, 0700. */
  makeDir(dir: string): void;
  /** Makes one new folder, 0700; false when the name is already taken. */
  claimDir(dir: string): boolean;
  rename(from: string, to: string): void;
  /** Gives the file at `from` the name `to` as well; false when that is already taken. */
  share(from: string, to: string): boolean;
  /** Removes a file; none is fine. */
  remove(path: string): void;
  /** Removes a folder and all in it; none is fine. Never follows a symbolic link. */
  removeTree(dir: string): void;
  /** Removes a folder with nothing in it; one that holds something stays, and none is fine. */
  removeEmpty(dir: string): void;
  /** The absolute path without symbolic links, or undefined when there is no such thing. */
  real(path: string): string | undefined;
  /** Copies a file; the copy is 0600. False when there is none. */
  copy(from: string, to: string): boolean;
  /** Sets the modification time to now. */
  touch(path: string): void;
  /** Makes `path` a symbolic link to `target`, in place of what was there. */
  link(target: string, path: string): void;
  /** A growing file to write bytes to as they come, emptied first. */
  openWriter(path: string): Writer;
}

export interface Writer {
  write(bytes: Uint8Array): void;
  close(): void;
}

export interface Command {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The whole environment of the child; nothing is inherited beside it. */
  readonly env: Readonly<Record<string, string>>;
  /** Path of a file to read from; otherwise the null device. */
  readonly stdin?: string;
  /** When the whole process group is ended: TERM, then KILL. None means no limit. */
  readonly timeoutMs?: number;
  /** Ends the group early, the same way. */
  readonly signal?: AbortSignal;
  /** Called once it runs, before any output. */
  readonly onStart?: (pid: number) => void;
  /** Called with each piece of output as it comes; must not keep the array. */
  readonly onOutput?: (bytes: Uint8Array, from: "stdout" | "stderr") => void;
}

export interface Ended {
  /** The exit code, or undefined when it died by a signal. */
  readonly code: number | undefined;
  /** The signal's name, or undefined. */
  readonly signal: string | undefined;
  readonly timedOut: boolean;
  readonly aborted: boolean;
  readonly tookMs: number;
}

/** Who is alive. */
export interface Processes {
  /** This process's own number. */
  readonly pid: number;
  /** The identity of a live process, or undefined when there is none (a zombie is none). */
  identify(pid: number): ProcessIdentity | undefined;
}

/** Starting programs, beside that: loading what it takes costs a short verb noticeably. */
export interface Proc extends Processes {
  /**
   * Runs a command in a group of its own to its end. When the leader is gone, so is the rest of its group.
   * A command that cannot be started throws a LooopError with the reason.
   */
  run(command: Command): Promise<Ended>;
  /** The executable file that `name` means on `path`, or undefined. A name with a slash is looked at directly. */
  which(name: string, path: string, cwd: string): string | undefined;
}

/** A lock that the kernel frees when its holder dies. */
export interface Lock {
  release(): void;
}

export interface Locks {
  /** Takes the lock on `path` (created, never unlinked), or returns undefined when another process holds it. */
  tryLock(path: string): Lock | undefined;
}

/** SHA-256 of `content` as 64 lowercase hex digits. */
export type Sha256 = (content: string | Uint8Array) => string;

/** `content` packed, in zlib's format. */
export type Deflate = (content: Uint8Array) => Uint8Array;

/** How a person or the system asks this process to end. */
export interface Stop {
  /** Aborts at the first INT, TERM or HUP: begin nothing new. */
  readonly asked: AbortSignal;
  /** Aborts at the second: give up what is under way. */
  readonly now: AbortSignal;
  /** The first signal that came, or undefined. */
  name(): string | undefined;
  /** Calls `told` once, at the first signal. */
  onAsked(told: () => void): void;
}

/** Process groups by the id of their leader. */
export interface Groups {
  /** Sends to every member; false when there is none. */
  signal(groupId: number, signal: "SIGHUP" | "SIGTERM" | "SIGKILL" | "SIGCONT"): boolean;
  /** Whether a member lives; zombies do not. */
  alive(groupId: number): boolean;
}

/** A file that only grows, and that may be unable to. */
export interface GrowingFile {
  readonly sizeBytes: number;
  /** Appends; returns how many bytes reached the file: fewer than given when the disk is full. Never throws. */
  append(bytes: Uint8Array): number;
  close(): void;
}

export interface ConnectionEvents {
  /** Bytes from the other end. */
  readonly onData: (bytes: Uint8Array) => void;
  /** Everything written so far has been taken by the kernel. */
  readonly onDrain?: () => void;
  /** The other end will send no more. Not told when we had closed our side too: then both are over. */
  readonly onEnd?: () => void;
  /** Both directions are over; comes exactly once, after everything else. */
  readonly onClose: () => void;
}

/** One end of a local stream socket. */
export interface Connection {
  /** Bytes written that the kernel has not taken yet. */
  readonly queuedBytes: number;
  /** Says who listens; call it once, in the turn in which the connection came. */
  on(events: ConnectionEvents): void;
  write(bytes: Uint8Array): void;
  /** Takes nothing from the other end until {@linkcode Connection.resume}. */
  pause(): void;
  resume(): void;
  /** Sends what is queued, then no more. */
  end(): void;
  /** Closes both directions now; what is queued is lost. */
  destroy(): void;
}

export interface Listener {
  /** Stops listening and removes the socket file, if it is still ours. Connections live on. */
  close(): void;
}

export interface Sockets {
  /** Makes `folder`, 0700. Throws (exit 3) when it is a link, or another user's. */
  makeFolder(folder: string): void;
  /** Binds `path`, 0600. A socket nobody answers on is replaced; one with a live peer throws (exit 5). */
  listen(path: string, onConnection: (connection: Connection) => void): Promise<Listener>;
  /** Connects, or returns undefined when nobody listens there. */
  connect(path: string): Promise<Connection | undefined>;
}

/** What one HTTP server may take of this process. A request past a limit is refused, and its connection closed. */
export interface HttpLimits {
  readonly bodyBytes: number;
  /** The requests whose bodies are read at one time. */
  readonly requests: number;
  /** The read rate of one connection, in bytes per second: a flood waits in its own sender. */
  readonly bytesPerSecond: number;
  /** The longest that a body may take, and the longest that a connection may be idle (Bun only). Whole seconds. */
  readonly timeoutMs: number;
}

export interface HttpHandler {
  /** Returns the response to a request that its method, path or headers rule out, before its body is read. */
  refuse(request: Request): Response | undefined;
  /** Returns the response to a request, given its whole body. */
  answer(request: Request, body: Uint8Array): Response;
}

export interface HttpServer {
  readonly port: number;
  /** Stops listening and closes all connections. */
  close(): void;
}

/** Serves HTTP on a free port of 127.0.0.1, which no other machine can reach. */
export type Serve = (limits: HttpLimits, handler: HttpHandler) => Promise<HttpServer>;

/** A process that outlives us. */
export interface Detached {
  readonly pid: number;
  /** Gives it `text` as all of its stdin. */
  give(text: string): void;
  /** What it printed up to its first newline, or all it printed when it ended before; "" once `limitMs` have passed. */
  firstLine(limitMs: number): Promise<string>;
  /** Closes our ends of its pipes: it is on its own. */
  letGo(): void;
}

/** Starts a program in a session of its own, with nothing of ours but the pipes of what it is given and its first line. */
export type Detach = (command: Pick<Command, "argv" | "cwd" | "env">) => Promise<Detached>;

/** Standard input. */
export interface Input {
  /**
   * Gives each piece to `take` as it comes; `take` must not keep the array. Resolves at the end, or when this process is
   * asked to end, which from here on it is free to do in its own time.
   */
  each(take: (bytes: Uint8Array) => void): Promise<void>;
}

/** Calls back when something in a folder may have changed; may miss it, so look from time to time too. Never throws. */
export type WatchFolder = (path: string, onChange: () => void) => { close(): void };

/** The line that a person has typed into this process's own terminal, without waiting for one. Undefined when there is none. */
export type TypedLine = () => string | undefined;
