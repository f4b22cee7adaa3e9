import type { PtyCommand } from "../tty.ts";
import { ENDED, type PtyLibrary } from "./pty-library.ts";
import { type Rest, SETTLE_LOOK_MS, Settling } from "./pty-settling.ts";

/** Milliseconds until the next look after input: an echo should not wait. */
const AFTER_INPUT_MS = 1;

/** How long looks stay that close after input, in milliseconds. */
const HURRY_MS = 40;

/** Milliseconds until the next look after output. */
const BURST_MS = 4;

/** Longest pause between looks, in milliseconds: costs 0.1 % of a core, and a flood that begins in it 25 MB. */
const QUIET_MS = 250;

/** How fast looks become rare without output. */
const GROWTH = 1.4;

/** How much is read at once, in bytes: usually, and at most. */
const BUFFER_BYTES = 65_536;
const MOST_BYTES = 4_194_304;

/**
 * Reads a PTY through the library's queue, where its master cannot be taken from it (macOS, Deno): often when something
 * happens, rarely when not.
 *
 * The library has no descriptor to wait on, and its `read` must not be called on an empty queue after the leader's end
 * while something may still come (see {@linkcode PtyLibrary}). So once the leader is gone nothing is read until its
 * group is gone too, or its settling time is over, and the kernel has nothing left for the library's reader
 * thread: it hands output over in the background, on a busy machine later than the library's 20 ms. Then all is read.
 */
export class PtyReader {
  readonly #library: PtyLibrary;
  readonly #handle: number;
  readonly #command: PtyCommand;
  #buffer = new Uint8Array(BUFFER_BYTES);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waitMs = BURST_MS;
  #hurryUntil = 0;
  #stopped = false;
  readonly #settling: Settling;

  constructor(library: PtyLibrary, handle: number, command: PtyCommand, rest: Rest) {
    this.#library = library;
    this.#handle = handle;
    this.#command = command;
    this.#settling = new Settling(rest);
    this.#lookIn(AFTER_INPUT_MS);
  }

  /** Something was sent to the program: look soon. */
  hurry(): void {
    if (this.#settling.hasBegun) return;
    this.#hurryUntil = performance.now() + HURRY_MS;
    if (this.#waitMs > AFTER_INPUT_MS) this.#lookIn(AFTER_INPUT_MS);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #lookIn(ms: number): void {
    if (this.#stopped) return;
    this.#waitMs = ms;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), ms);
  }

  #look(): void {
    if (this.#library.exitCode(this.#handle) >= 0 && !this.#settling.isOver()) {
      this.#lookIn(SETTLE_LOOK_MS);
      return;
    }
    const got = this.#library.read(this.#handle, this.#buffer);
    if (got < 0) {
      this.#end(got);
      return;
    }
    // One read a turn: requests and clients come in between, however much there is to read.
    const isFull = got === this.#buffer.length;
    if (got > 0) this.#command.onOutput(this.#buffer.subarray(0, got));
    this.#fitBuffer(got);
    this.#lookIn(this.#nextWait(got, isFull));
  }

  /**
   * The library moves all that is left on every read, so small reads of a long queue are slower than a program can
   * write, and the queue would grow without end. Bigger reads catch up; the big buffer goes when that is done.
   */
  #fitBuffer(got: number): void {
    const size = this.#buffer.length;
    if (got === size && size < MOST_BYTES) this.#buffer = new Uint8Array(size * 4);
    else if (got < size / 16 && size > BUFFER_BYTES) this.#buffer = new Uint8Array(BUFFER_BYTES);
  }

  #nextWait(got: number, isFull: boolean): number {
    if (isFull) return 0;
    if (performance.now() < this.#hurryUntil) return AFTER_INPUT_MS;
    return got > 0 ? BURST_MS : Math.min(QUIET_MS, Math.max(BURST_MS, this.#waitMs * GROWTH));
  }

  #end(got: number): void {
    this.stop();
    this.#command.onExit(got === ENDED ? this.#library.exitCode(this.#handle) : 1);
  }
}
