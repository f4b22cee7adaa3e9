import { Buffer } from "node:buffer";
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { errnoCode } from "../errno.ts";

/** The most that is written at once, in bytes. */
const PIECE_BYTES = 65_536;

/** The first pause before writing again to a terminal that took nothing, in milliseconds. Each further pause doubles. */
const RETRY_MS = 1;
const SLOWEST_RETRY_MS = 16;

/** CAN, which ends a partial escape sequence. */
const CANCEL = "\x18";

/**
 * Writes to a terminal without waiting for it: a stopped terminal or a slow line must not keep us from reading keys and
 * signals. Bytes are written in order, and no write is in progress when a call returns, so dropped bytes never appear
 * after later ones.
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
    const own = reopen(fd);
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

  /** Writes `text` in place of queued bytes. `forget` drops what the terminal itself has not shown. */
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
    // The terminal has gone.
    this.#drop();
    this.#isGone = true;
    this.#onGone();
  }
}

/**
 * Opens the terminal of `fd` again, non-blocking: changing the given descriptor would change it for every process that
 * shares it, the shell included. Undefined for another user's terminal that does not control this process; a write there
 * can block.
 */
function reopen(fd: number): number | undefined {
  for (const path of [`/proc/self/fd/${fd}`, "/dev/tty"]) {
    try {
      return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    } catch {
      // Try the next path.
    }
  }
  return undefined;
}
