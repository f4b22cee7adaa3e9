import process from "node:process";
import type { PtyCommand } from "../tty.ts";
import type { PtyLibrary, PtyMaster } from "./pty-library.ts";
import { SETTLE_CHECK_MS, type Settling } from "./pty-settling.ts";

/** The intervals of checks for the leader's end, in milliseconds: after a sign of it, and without one (a lost signal). */
const SOON_MS = 1;
const QUIET_MS = 1_000;

/** The factor by which the interval grows. */
const GROWTH = 2;

/**
 * Reads a PTY through a master that only this process reads. Output and the end of a child (SIGCHLD) wake it. After the
 * program's end it reads what the kernel still holds, so no output is lost.
 */
export class PtyFollower {
  readonly #library: PtyLibrary;
  readonly #handle: number;
  readonly #master: PtyMaster;
  readonly #command: PtyCommand;
  readonly #settling: Settling;
  readonly #onChild = () => this.hurry();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waitMs = QUIET_MS;

  constructor(library: PtyLibrary, handle: number, master: PtyMaster, command: PtyCommand, settling: Settling) {
    this.#library = library;
    this.#handle = handle;
    this.#master = master;
    this.#command = command;
    this.#settling = settling;
    process.on("SIGCHLD", this.#onChild);
    void master.follow(command.onOutput);
    this.#checkIn(SOON_MS);
  }

  /** Checks soon, because something was done that may end the program. */
  hurry(): void {
    if (!this.#settling.hasBegun) this.#checkIn(SOON_MS);
  }

  stop(): void {
    process.off("SIGCHLD", this.#onChild);
    clearTimeout(this.#timer);
  }

  #checkIn(ms: number): void {
    this.#waitMs = ms;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#check(), ms);
  }

  #check(): void {
    const code = this.#library.exitCode(this.#handle);
    if (code < 0) this.#checkIn(Math.min(QUIET_MS, this.#waitMs * GROWTH));
    else if (!this.#settling.isOver()) this.#checkIn(SETTLE_CHECK_MS);
    else void this.#end(code);
  }

  async #end(code: number): Promise<void> {
    this.stop();
    await this.#master.readRest(this.#command.onOutput);
    this.#command.onExit(code);
  }
}
