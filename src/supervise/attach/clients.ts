import { bytesOf } from "../../core/text.ts";
import type { Connection } from "../../sys/sys.ts";
import type { Size } from "../../sys/tty.ts";
import { Modes } from "../screen/modes.ts";
import { isTerminalAnswer } from "../screen/replay-filter.ts";
import { decodeResize, encodeExit, encodeFrame, type Frame, TO_CLIENT, TO_SUPERVISOR } from "../wire/frames.ts";

/** The most output that may wait for one client, in bytes. Past it, the client gets no more until it has read that. */
const QUEUE_BYTES = 4 * 1_048_576;

/** The session, as its attached clients need it. */
export interface ClientsDeps {
  /** Returns what brings a new terminal to the program's present state. */
  replay(): Uint8Array;
  /** Gives input to the program and returns how many bytes were taken. */
  input(bytes: Uint8Array): number;
  /** Sets the session's size to that of the active client. */
  resize(size: Size): void;
  /** Makes the program redraw itself. */
  redraw(): void;
}

interface Client {
  readonly connection: Connection;
  /** True for one that only looks. */
  readonly isReadOnly: boolean;
  /** Zeros until the client sends one. */
  size: Size;
  /** True when output was left out; its screen is redrawn once it has read what waits. */
  isBehind: boolean;
  /** Input that the program has not taken yet. */
  unsent: Uint8Array | undefined;
}

/**
 * The attached clients. All see the same output and all may send keys. The one that last sent keys or a size is active:
 * the session has its size, and only its terminal answers the program's queries.
 */
export class Clients {
  readonly #deps: ClientsDeps;
  /** The active client is last. */
  #clients: Client[] = [];

  constructor(deps: ClientsDeps) {
    this.#deps = deps;
  }

  get count(): number {
    return this.#clients.length;
  }

  /** Adds a client, shows it the screen, and returns the handlers of its connection. */
  add(connection: Connection, size: Size, isReadOnly = false) {
    const client: Client = { connection, isReadOnly, size, isBehind: false, unsent: undefined };
    // The active client is last, so one that only looks never is.
    this.#clients = isReadOnly ? [client, ...this.#clients] : [...this.#clients, client];
    if (hasSize(size) && !isReadOnly) this.#deps.resize(size);
    this.#show(client, this.#deps.replay());
    if (hasSize(size) && !isReadOnly) this.#deps.redraw();
    return {
      onFrame: (frame: Frame) => this.#onFrame(client, frame),
      onDrain: () => this.#redrawBehind(client),
      onClose: () => this.#remove(client),
    };
  }

  /** Sends the program's output to every client that keeps up. */
  sendOutput(output: Uint8Array): void {
    if (this.#clients.length === 0) return;
    const frame = encodeFrame(TO_CLIENT.output, output);
    for (const client of this.#clients) {
      // A slow terminal must not slow the program or fill the memory.
      if (client.connection.queuedBytes > QUEUE_BYTES) client.isBehind = true;
      if (!client.isBehind) client.connection.write(frame);
    }
  }

  /** Sends waiting input: the program has room for it again. */
  drain(): void {
    for (const client of this.#clients) {
      const waiting = client.unsent;
      if (waiting === undefined) continue;
      client.unsent = undefined;
      this.#sendInput(client, waiting);
      if (client.unsent !== undefined) return;
      client.connection.resume();
    }
  }

  /** Detaches every client. */
  detachAll(): void {
    this.#closeAll(encodeFrame(TO_CLIENT.detached, new Uint8Array(0)));
  }

  /** Tells every client how the session ended, and closes its connection. */
  sendExit(isSignaled: boolean, code: number | undefined): void {
    this.#closeAll(encodeExit(isSignaled, code));
  }

  #closeAll(lastFrame: Uint8Array): void {
    const closing = this.#clients;
    this.#clients = [];
    for (const { connection } of closing) {
      connection.write(lastFrame);
      connection.end();
    }
  }

  #onFrame(client: Client, { tag, payload }: Frame): void {
    if (client.isReadOnly) return;
    if (tag === TO_SUPERVISOR.input) this.#onInput(client, payload);
    if (tag === TO_SUPERVISOR.resize) this.#onResize(client, decodeResize(payload));
  }

  #onInput(client: Client, bytes: Uint8Array): void {
    // Every client's terminal answers a query, and the program wants one answer.
    if (isTerminalAnswer(bytes)) {
      if (client !== this.#clients.at(-1)) return;
    } else this.#activate(client);
    this.#sendInput(client, bytes);
  }

  #sendInput(client: Client, bytes: Uint8Array): void {
    const waiting = client.unsent;
    const all = waiting === undefined ? bytes : Buffer.concat([waiting, bytes]);
    const taken = waiting === undefined ? this.#deps.input(all) : 0;
    if (taken === all.length) return;
    client.unsent = all.slice(taken);
    client.connection.pause();
  }

  #onResize(client: Client, size: Size | undefined): void {
    if (size === undefined || !hasSize(size)) return;
    client.size = size;
    this.#activate(client);
  }

  #activate(client: Client): void {
    if (!this.#clients.includes(client)) return;
    if (this.#clients.at(-1) !== client) this.#clients = [...this.#clients.filter((it) => it !== client), client];
    if (hasSize(client.size)) this.#deps.resize(client.size);
  }

  #redrawBehind(client: Client): void {
    if (!client.isBehind || !this.#clients.includes(client)) return;
    client.isBehind = false;
    this.#show(client, Buffer.concat([RESET_SEQUENCE, this.#deps.replay()]));
    this.#deps.redraw();
  }

  #show(client: Client, bytes: Uint8Array): void {
    if (bytes.length > 0) client.connection.write(encodeFrame(TO_CLIENT.output, bytes));
  }

  #remove(client: Client): void {
    const wasActive = this.#clients.at(-1) === client;
    this.#clients = this.#clients.filter((it) => it !== client);
    const next = this.#clients.at(-1);
    if (wasActive && next !== undefined && hasSize(next.size)) this.#deps.resize(next.size);
  }
}

function hasSize(size: Size): boolean {
  return size.cols > 0 && size.rows > 0;
}

/** Resets a terminal in any state: ends a sequence that was cut off, leaves every mode, and clears the screen. */
const RESET_SEQUENCE = bytesOf(`\x18\x1b\\${everyMode().undo()}\x1b[H\x1b[2J`);

function everyMode(): Modes {
  const modes = new Modes();
  const set = [1, 5, 6, 9, 66, 69, 1000, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 2004, 2026, 2031, 2048, 1049];
  const levels = "\x1b[>1u".repeat(16);
  const other = "\x1b[?7l\x1b[?25l\x1b[4h\x1b=\x1b[2;3r\x1b[2 q\x1b[>4;1m\x1b]8;;x\x1b\\";
  modes.feed(bytesOf(`${levels}${set.map((mode) => `\x1b[?${mode}h`).join("")}${levels}${other}`));
  return modes;
}
