import { Buffer } from "node:buffer";
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { errnoCode } from "../errno.ts";

/** At most this much is written at once, in bytes. */
const PIECE_BYTES = 65_536;

/** First pause before a terminal that took nothing is tried again, in milliseconds; each further one doubles it. */
const RETRY_MS = 1;
const SLOWEST_RETRY_MS = 16;

/** Ends whatever sequence the terminal is in the middle of: CAN. */
const CANCEL = "\x18";

/**
 * Writes to a terminal without ever waiting for it: one that is stopped, or at the end of a slow line, must not keep
 * us from hearing keys and signals. What it has taken is in order, and nothing is under way when a call returns, so
 * that what is dropped never comes after what follows.
 */
export class TerminalWriter {
  readonly #fd: number;
  readonly #isOwn: boolean;
  readonly #onDrain: () => void;
  readonly #onGone: () => void;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #retryMs = RETRY_MS;
  #isGone = false;

  constructor(fd: number, onDrain: () => void, onGone: () => void) {
    const own = openAnew(fd);
    this.#fd = own ?? fd;
    this.#isOwn = own !== undefined;
    this.#onDrain = onDrain;
    this.#onGone = onGone;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  write(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#isGone) return;
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    if (this.#retry === undefined) this.#flush();
  }

  /** `text` now, as far as it is taken, in place of what waits. `forget` drops what the terminal has not read either. */
  writeInstead(text: string, forget: () => void): void {
    const isCut = this.#queuedBytes > 0;
    this.#drop();
    if (isCut) forget();
    this.write(Buffer.from(`${isCut ? CANCEL : ""}${text}`));
  }

  close(): void {
    this.#drop();
    this.#isGone = true;
    if (this.#isOwn) closeSync(this.#fd);
  }

  #drop(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#queue = [];
    this.#queuedBytes = 0;
  }

  #flush(): void {
    this.#retry = undefined;
    try {
      for (let piece = this.#queue[0]; piece !== undefined; piece = this.#queue[0]) {
        const taken = writeSync(this.#fd, piece, 0, Math.min(piece.length, PIECE_BYTES));
        this.#queuedBytes -= taken;
        if (taken === piece.length) this.#queue.shift();
        else this.#queue[0] = piece.subarray(taken);
        this.#retryMs = RETRY_MS;
      }
    } catch (error) {
      return this.#refused(errnoCode(error));
    }
    this.#onDrain();
  }

  #refused(code: string | undefined): void {
    if (code === "EAGAIN" || code === "EINTR") {
      this.#retry = setTimeout(() => this.#flush(), this.#retryMs);
      this.#retryMs = Math.min(SLOWEST_RETRY_MS, this.#retryMs * 2);
      return;
    }
    // It is gone: there is nobody to tell.
    this.#drop();
    this.#isGone = true;
    this.#onGone();
  }
}

/**
 * The terminal of `fd` by a description of our own that does not wait: making the one we were given so would make it so
 * for everybody who shares it, the shell included. Undefined for another user's terminal that is not the one that
 * controls us; writing there may wait.
 */
function openAnew(fd: number): number | undefined {
  for (const path of [`/proc/self/fd/${fd}`, "/dev/tty"]) {
    try {
      return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    } catch {
      // The next one, or none.
    }
  }
  return undefined;
}
