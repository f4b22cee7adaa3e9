import { Buffer } from "node:buffer";
import { closeSync, constants, openSync, write, writeSync } from "node:fs";
import { errnoCode } from "./errno.ts";

/** At most this much is written at once, in bytes: what is typed meanwhile gets its turn in between. */
const PIECE_BYTES = 65_536;

/** Pause before a terminal that took nothing is tried again, in milliseconds. */
const RETRY_MS = 5;

/**
 * Writes to a terminal without ever waiting for it: one that is stopped, or at the end of a slow line, must not keep
 * us from hearing keys and signals.
 */
export class TerminalWriter {
  readonly #fd: number;
  readonly #onDrain: () => void;
  readonly #onGone: () => void;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #isWriting = false;

  constructor(fd: number, onDrain: () => void, onGone: () => void) {
    this.#fd = fd;
    this.#onDrain = onDrain;
    this.#onGone = onGone;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  write(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    if (!this.#isWriting) this.#next();
  }

  /** Forgets what waits. */
  drop(): void {
    this.#queue = [];
    this.#queuedBytes = 0;
  }

  #next(): void {
    const piece = this.#take();
    this.#isWriting = piece.length > 0;
    if (this.#isWriting)
      write(this.#fd, piece, 0, piece.length, null, (error, done) => this.#written(piece, error, done));
    else this.#onDrain();
  }

  #take(): Uint8Array {
    const whole = Buffer.concat(this.#queue);
    this.#queue = whole.length > PIECE_BYTES ? [whole.subarray(PIECE_BYTES)] : [];
    return whole.subarray(0, PIECE_BYTES);
  }

  #written(piece: Uint8Array, error: unknown, done: number): void {
    const taken = error ? 0 : done;
    const isFull = errnoCode(error) === "EAGAIN";
    if (error && !isFull && errnoCode(error) !== "EINTR") {
      this.drop();
      this.#isWriting = false;
      return this.#onGone();
    }
    this.#queuedBytes = Math.max(0, this.#queuedBytes - taken);
    if (taken < piece.length && this.#queuedBytes > 0) this.#queue.unshift(piece.subarray(taken));
    // Somebody else may have made this terminal one that does not wait.
    if (isFull) setTimeout(() => this.#next(), RETRY_MS);
    else this.#next();
  }
}

/**
 * Writes `text` now, as far as the terminal takes it without waiting. Through a description of our own: making the one
 * we were given non-blocking would make it so for everybody who shares it, the shell included.
 */
export function writeNow(fd: number, text: string): void {
  for (const path of [`/proc/self/fd/${fd}`, "/dev/tty"]) {
    let own: number;
    try {
      own = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    } catch {
      continue; // another user's terminal, no /proc, or none that controls us
    }
    try {
      writeSync(own, text);
    } catch {
      // It is gone, or takes nothing now: there is nobody to tell.
    } finally {
      closeSync(own);
    }
    return;
  }
}
