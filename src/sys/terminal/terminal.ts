import process from "node:process";
import { clock } from "../clock.ts";
import type { Size, TakenTerminal, Terminal, TerminalEvents } from "../tty.ts";
import { TerminalWriter } from "./terminal-writer.ts";
import { openTermios, type Termios } from "./termios.ts";

const IN = 0;
const OUT = 1;

/** Signals from outside that end a process. In raw mode no key sends one. */
const ENDING = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/** The time over which changes of size are combined, in milliseconds: a dragged window sends hundreds a second. */
const RESIZE_MS = 20;

/** The time the terminal has for the last output, in milliseconds. */
const DRAIN_MS = 1_000;

/** The time to wait for answers and key releases that are still to come, in milliseconds; they are then dropped. */
const LINGER_MS = 30;

/** Opens this process's terminal. */
export async function openTerminal(): Promise<Terminal> {
  const termios = await openTermios();
  return {
    isThere: termios.get(IN) !== undefined && termios.get(OUT) !== undefined,
    size: windowSize,
    take: (events) => new Taken(termios, events),
    die: (signal) => void process.kill(process.pid, signal),
  };
}

function windowSize(): Size | undefined {
  const [cols = 0, rows = 0] = process.stdout.getWindowSize?.() ?? [];
  return cols > 0 && rows > 0 ? { cols, rows } : undefined;
}

class Taken implements TakenTerminal {
  readonly #termios: Termios;
  readonly #events: TerminalEvents;
  readonly #found: Uint8Array;
  readonly #raw: Uint8Array;
  readonly #writer: TerminalWriter;
  readonly #listeners: readonly (readonly [event: string, listener: () => void])[];
  #isOurs = true;
  #hasScreen = true;
  #isLeaving = false;
  #resizing: ReturnType<typeof setTimeout> | undefined;
  #onDrained: (() => void) | undefined;

  constructor(termios: Termios, events: TerminalEvents) {
    this.#termios = termios;
    this.#events = events;
    this.#found = termios.get(IN) ?? new Uint8Array(0);
    this.#raw = termios.raw(this.#found);
    this.#writer = new TerminalWriter(OUT, this.#drained, () => this.#leave("SIGHUP"));
    this.#listeners = [
      ...ENDING.map((name) => [name, () => this.#leave(name)] as const),
      ["SIGTSTP", () => this.#stop()],
      ["SIGCONT", () => this.#goOn()],
      ["SIGWINCH", () => this.#resized()],
      // The report of a crash needs a working terminal.
      ["uncaughtExceptionMonitor", () => this.#giveBack()],
      ["exit", () => this.#giveBack()],
    ];
    for (const [event, listener] of this.#listeners) process.on(event, listener);
    process.stdin.on("data", this.#typed);
    process.stdin.on("end", this.#ended);
    process.stdin.on("error", this.#ended);
    termios.set(IN, this.#raw);
    // A release has paused it: a screen that gave the terminal away takes it again.
    if ("ref" in process.stdin) process.stdin.ref();
    process.stdin.resume();
  }

  get queuedBytes(): number {
    return this.#writer.queuedBytes;
  }

  write(bytes: Uint8Array): void {
    if (this.#hasScreen) this.#writer.write(bytes);
  }

  async release(last: string): Promise<void> {
    await this.#drain();
    this.#giveBackScreen(last);
    await this.#drain();
    if (!this.#isLeaving) await clock.sleep(LINGER_MS);
    this.#termios.dropInput(IN);
    this.#giveBack();
    clearTimeout(this.#resizing);
    for (const [event, listener] of this.#listeners) process.off(event, listener);
    process.stdin.off("data", this.#typed);
    process.stdin.off("end", this.#ended);
    process.stdin.pause();
    // Otherwise a pending read keeps the process alive.
    if ("unref" in process.stdin) process.stdin.unref();
    this.#writer.close();
  }

  readonly #typed = (bytes: Uint8Array) => {
    // Input after a change of size is meant for the new size.
    if (this.#resizing !== undefined) this.#tellSize();
    if (this.#isOurs) this.#events.onInput(new Uint8Array(bytes));
  };

  readonly #ended = () => this.#leave("SIGHUP");

  readonly #drained = () => {
    this.#onDrained?.();
    this.#events.onDrain();
  };

  async #drain(): Promise<void> {
    if (this.#writer.queuedBytes === 0) return;
    const stop = new AbortController();
    const drained = new Promise<void>((done) => {
      this.#onDrained = done;
    });
    // A terminal that takes nothing must not delay a requested end.
    await Promise.race([drained, clock.sleep(this.#isLeaving ? LINGER_MS : DRAIN_MS, stop.signal)]);
    stop.abort();
  }

  #leave(signal: NodeJS.Signals): void {
    if (!this.#isLeaving) {
      this.#isLeaving = true;
      return this.#events.onLeave(signal);
    }
    // The second request ends the process without waiting.
    this.#giveBack();
    for (const [event, listener] of this.#listeners) process.off(event, listener);
    process.kill(process.pid, signal);
  }

  #stop(): void {
    this.#giveBack();
    process.kill(process.pid, "SIGSTOP");
  }

  #goOn(): void {
    if (this.#isLeaving) return;
    // Also after a SIGSTOP, which cannot be caught: the shell has changed the settings in the meantime.
    this.#giveBackScreen();
    this.#isOurs = true;
    this.#hasScreen = true;
    this.#termios.set(IN, this.#raw);
    this.#events.onResume();
  }

  #resized(): void {
    this.#resizing ??= setTimeout(() => this.#tellSize(), RESIZE_MS);
  }

  #tellSize(): void {
    clearTimeout(this.#resizing);
    this.#resizing = undefined;
    const size = windowSize();
    if (this.#isOurs && size !== undefined) this.#events.onResize(size);
  }

  #giveBackScreen(last = ""): void {
    if (!this.#hasScreen) return;
    this.#hasScreen = false;
    this.#writer.writeInstead(`${this.#events.undo()}${last}`, () => this.#termios.dropOutput(OUT));
  }

  /** Restores everything now. May be called repeatedly, and at any moment. */
  #giveBack(): void {
    this.#giveBackScreen();
    if (!this.#isOurs) return;
    this.#isOurs = false;
    this.#termios.set(IN, this.#found);
  }
}
