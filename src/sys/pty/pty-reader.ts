import type { PtyCommand } from "../tty.ts";
import { ENDED, type PtyLibrary } from "./pty-library.ts";
import { type LateOutput, SETTLE_CHECK_MS, Settling } from "./pty-settling.ts";

/** Milliseconds until the next read after input: an echo must come without delay. */
const AFTER_INPUT_MS = 1;

/** The time after input in which reads keep that interval, in milliseconds. */
const HURRY_MS = 40;

/** Milliseconds until the next read after output. */
const BURST_MS = 4;

/** The longest pause between reads, in milliseconds. It costs 0.1 % of a core; a flood that starts in it costs 25 MB. */
const QUIET_MS = 250;

/** The factor by which the pause grows without output. */
const GROWTH = 1.4;

/** The usual and the largest size of a read, in bytes. */
const BUFFER_BYTES = 65_536;
const MOST_BYTES = 4_194_304;

/**
 * Reads a PTY through the library's queue, where its master cannot be taken away (macOS, Deno). The library has no
 * descriptor to wait on, so this polls: often while something happens, rarely otherwise.
 *
 * After the leader's end, `read` on an empty queue reports the end even if more output comes (see
 * {@linkcode PtyLibrary}). So nothing is read until {@linkcode Settling} is over: the group has ended or had its time, and
 * the library's reader thread, which may be late on a busy machine, has taken everything from the kernel.
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

  constructor(library: PtyLibrary, handle: number, command: PtyCommand, late: LateOutput) {
    this.#library = library;
    this.#handle = handle;
    this.#command = command;
    this.#settling = new Settling(late);
    this.#readIn(AFTER_INPUT_MS);
  }

  /** Reads soon, because something was sent to the program. */
  hurry(): void {
    if (this.#settling.hasBegun) return;
    this.#hurryUntil = performance.now() + HURRY_MS;
    if (this.#waitMs > AFTER_INPUT_MS) this.#readIn(AFTER_INPUT_MS);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #readIn(ms: number): void {
    if (this.#stopped) return;
    this.#waitMs = ms;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#read(), ms);
  }

  #read(): void {
    if (this.#library.exitCode(this.#handle) >= 0 && !this.#settling.isOver()) {
      this.#readIn(SETTLE_CHECK_MS);
      return;
    }
    const got = this.#library.read(this.#handle, this.#buffer);
    if (got < 0) {
      this.#end(got);
      return;
    }
    // One read a turn, so that requests and clients are served however much there is to read.
    const isFull = got === this.#buffer.length;
    if (got > 0) this.#command.onOutput(this.#buffer.subarray(0, got));
    this.#fitBuffer(got);
    this.#readIn(this.#nextWait(got, isFull));
  }

  /**
   * The library moves the rest of its queue on every read. Small reads of a long queue are therefore slower than a program
   * writes, and the queue would grow without bound. Larger reads catch up; the large buffer is dropped after that.
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
