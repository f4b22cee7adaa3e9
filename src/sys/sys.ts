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
  /** True when only the owner may read or write it. */
  readonly isPrivate: boolean;
  /** Device and inode: equal for the same file under two names, different after a replacement. */
  readonly identity: string;
  readonly userId: number;
  readonly isOurs: boolean;
}

/**
 * Files. Synchronous on purpose: a verb does a handful of small operations, and a thread hop each costs more than they
 * do (docs/decisions/0007). Every failure but a missing file throws a LooopError that names the path and the cause.
 * A FIFO, device or folder where a file is expected is such a failure; it never blocks.
 */
export interface Files {
  /** Returns the whole file as UTF-8, or undefined when it does not exist. */
  read(path: string): string | undefined;
  /** Returns the whole file as bytes, or undefined when it does not exist. */
  readBytes(path: string): Uint8Array | undefined;
  /** At most `maxBytes` from byte `offset` on; a negative offset counts from the end. Undefined when it does not exist. */
  readPart(path: string, offset: number, maxBytes: number): Uint8Array | undefined;
  /** Replaces the file so that readers see the old content or the new, never a part. Mode 0600 unless given. */
  write(path: string, content: string | Uint8Array, mode?: number): void;
  /** The same without waiting for the disk: after a power cut the file may be empty. Only for files looop can do without. */
  jot(path: string, content: string): void;
  /** Creates the file with this content in one step; false when the name is already taken. */
  create(path: string, content: string, mode?: number): boolean;
  /**
   * Appends one line in one write; `line` has no newline of its own. A torn last line is closed first. Refuses a symbolic
   * link, a file with a second name, and one of another user.
   */
  append(path: string, line: string): void;
  /** Returns the names (not paths) in `dir`, sorted; empty when the folder does not exist. */
  list(dir: string): string[];
  /** Follows symbolic links. Returns undefined when the file does not exist. */
  stat(path: string): FileStat | undefined;
  /** Makes `dir` and its missing parents, 0700. */
  makeDir(dir: string): void;
  /** Makes one new folder, 0700; false when the name is already taken. */
  claimDir(dir: string): boolean;
  rename(from: string, to: string): void;
  /** Gives the file at `from` the second name `to`. Returns false when that name is taken. */
  share(from: string, to: string): boolean;
  /** Removes a file. Does nothing when it does not exist. */
  remove(path: string): void;
  /** Removes a folder and its contents, if it exists. Never follows a symbolic link. */
  removeTree(dir: string): void;
  /** Removes a folder if it exists and is empty. */
  removeEmpty(dir: string): void;
  /** Returns the absolute path without symbolic links, or undefined when it does not exist. */
  real(path: string): string | undefined;
  /** Copies a file; the copy is 0600 and replaces what has its name. Returns false when the file does not exist. */
  copy(from: string, to: string): boolean;
  /** Sets the modification time to now; a symbolic link's own. */
  touch(path: string): void;
  /** Makes `path` a symbolic link to `target`, replacing what was there. */
  link(target: string, path: string): void;
  /** Empties a file and opens it for writing. Refuses a symbolic link; replaces a file with a second name or another owner. */
  openWriter(path: string): Writer;
}

export interface Writer {
  write(bytes: Uint8Array): void;
  close(): void;
}

export interface Command {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The whole environment of the child; it inherits nothing else. */
  readonly env: Readonly<Record<string, string>>;
  /** Path of a file to read from; otherwise the null device. */
  readonly stdin?: string;
  /** The time after which the process group is ended: TERM, then KILL. No limit when undefined. */
  readonly timeoutMs?: number;
  /** Ends the group the same way when it aborts. */
  readonly signal?: AbortSignal;
  /** Called once the program runs, before any output. */
  readonly onStart?: (pid: number) => void;
  /** Called with each piece of output as it comes; must not keep the array. */
  readonly onOutput?: (bytes: Uint8Array, from: "stdout" | "stderr") => void;
}

export interface Ended {
  /** The exit code, or undefined when the program died by a signal. */
  readonly code: number | undefined;
  /** The signal's name, or undefined. */
  readonly signal: string | undefined;
  readonly timedOut: boolean;
  readonly aborted: boolean;
  readonly tookMs: number;
}

/** Live processes. */
export interface Processes {
  /** This process's own number. */
  readonly pid: number;
  /** Returns the identity of a live process, or undefined when it does not exist or is a zombie. */
  identify(pid: number): ProcessIdentity | undefined;
}

/** Live processes, and starting programs. Its own interface, because loading it slows a short verb. */
export interface Proc extends Processes {
  /**
   * Runs a command in its own process group to its end. When the leader has ended, the rest of its group is ended too.
   * A command that cannot be started throws a LooopError with the reason.
   */
  run(command: Command): Promise<Ended>;
  /** Returns the executable that `name` resolves to on `path`, or undefined. A name with a slash is a path itself. */
  which(name: string, path: string, cwd: string): string | undefined;
}

/** A lock that the kernel frees when its holder dies. `using` releases it at the end of a block. */
export interface Lock extends Disposable {
  release(): void;
}

export interface Locks {
  /** Takes the lock on `path` (created, never unlinked), or returns undefined when another process holds it. */
  tryLock(path: string): Lock | undefined;
}

/** Returns the SHA-256 of `content` as 64 lowercase hex digits. */
export type Sha256 = (content: string | Uint8Array) => string;

/** Returns `content` compressed, in zlib's format. */
export type Deflate = (content: Uint8Array) => Uint8Array;

/** Requests to end this process, from a person or the system. */
export interface Stop {
  /** Aborts at the first INT, TERM or HUP: start nothing new. */
  readonly asked: AbortSignal;
  /** Aborts at the second: abandon current work. */
  readonly now: AbortSignal;
  /** Returns the first signal received, or undefined. */
  name(): string | undefined;
  /** Calls `told` once, at the first signal. */
  onAsked(told: () => void): void;
}

/** Process groups by the id of their leader. */
export interface Groups {
  /** Sends a signal to every member. Returns false when the group has no members. */
  signal(groupId: number, signal: "SIGHUP" | "SIGTERM" | "SIGKILL" | "SIGCONT"): boolean;
  /** True when a member is alive; zombies are not. */
  alive(groupId: number): boolean;
}

/** A file that only grows, until the disk is full. */
export interface GrowingFile {
  readonly sizeBytes: number;
  /** Appends. Returns how many bytes were written: fewer than given when the disk is full. Never throws. */
  append(bytes: Uint8Array): number;
  close(): void;
}

export interface ConnectionEvents {
  /** Called with bytes from the other end. */
  readonly onData: (bytes: Uint8Array) => void;
  /** Called when the kernel has taken everything written so far. */
  readonly onDrain?: () => void;
  /** Called when the other end will send no more, unless our side is closed too: then onClose follows. */
  readonly onEnd?: () => void;
  /** Called exactly once, after everything else, when both directions are closed. */
  readonly onClose: () => void;
}

/** One end of a local stream socket. */
export interface Connection {
  /** Bytes written that the kernel has not taken yet. */
  readonly queuedBytes: number;
  /** Sets the callbacks. Call it once, in the turn in which the connection was made. */
  on(events: ConnectionEvents): void;
  write(bytes: Uint8Array): void;
  /** Stops reading from the other end until {@linkcode Connection.resume}. */
  pause(): void;
  resume(): void;
  /** Closes our side once everything queued is sent. */
  end(): void;
  /** Closes both directions now; queued bytes are lost. */
  destroy(): void;
}

export interface Listener {
  /** Stops listening and removes the socket file, if it is still ours. Open connections stay open. */
  close(): void;
}

export interface Sockets {
  /** Makes `folder`, 0700. Throws (exit 3) when it is a symbolic link or belongs to another user. */
  makeFolder(folder: string): void;
  /** Binds `path`, 0600. Replaces a stale socket; throws (exit 5) when another process listens on it. */
  listen(path: string, onConnection: (connection: Connection) => void): Promise<Listener>;
  /** Connects, or returns undefined when no process listens there. */
  connect(path: string): Promise<Connection | undefined>;
}

/** The limits of an HTTP server. A request past a limit is refused, and its connection closed. */
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

/** A process that outlives this one. */
export interface Detached {
  readonly pid: number;
  /** Writes `text` to its stdin and closes that. */
  give(text: string): void;
  /** Returns its output up to its reply, or all of it when it has ended without one. Kills it after `limitMs`. */
  reply(limitMs: number): Promise<string>;
  /** Closes our ends of its pipes. */
  letGo(): void;
}

/** Starts a program in a new session. It shares only pipes with this process: for its stdin, and until its `reply`. */
export type Detach = (command: Pick<Command, "argv" | "cwd" | "env">, reply: RegExp) => Promise<Detached>;

/** Standard input. */
export interface Input {
  /**
   * Calls `take` with each piece; `take` must not keep the array. Resolves at the end of the input, or when a signal asks
   * this process to end; the signal no longer ends it.
   */
  each(take: (bytes: Uint8Array) => void): Promise<void>;
}

/** Calls back when something in a folder may have changed. It can miss changes, so also poll. Never throws. */
export type WatchFolder = (path: string, onChange: () => void) => { close(): void };

/** Returns the line that was typed on this process's own terminal, without waiting; undefined when no line is there. */
export type TypedLine = () => string | undefined;
