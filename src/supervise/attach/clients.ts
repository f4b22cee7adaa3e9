import { bytesOf } from "../../core/text.ts";
import type { Connection } from "../../sys/sys.ts";
import type { Size } from "../../sys/tty.ts";
import { Modes } from "../screen/modes.ts";
import { isAnswer } from "../screen/replay-filter.ts";
import { decodeResize, encodeExit, encodeFrame, type Frame, TO_CLIENT, TO_SUPERVISOR } from "../wire/frames.ts";

/** How much output may wait for one client, in bytes. Past it, the client gets no more until it has taken that. */
const QUEUE_BYTES = 4 * 1_048_576;

/** What attached clients do to the session. */
export interface ClientsDeps {
  /** What brings a fresh terminal to where the program is. */
  replay(): Uint8Array;
  /** Input for the program; how many bytes were taken. */
  input(bytes: Uint8Array): number;
  /** The size of the client that is active now. */
  resize(size: Size): void;
  /** The program shall draw itself anew. */
  redraw(): void;
}

interface Client {
  readonly connection: Connection;
  /** Zeros until it says one. */
  size: Size;
  /** Output was left out; what it shows is made right once it has taken what waits. */
  isBehind: boolean;
  /** Input that the program has no room for yet. */
  unsent: Uint8Array | undefined;
}

/**
 * The attached clients. All see the same output, all may type; the one that last typed or resized is the active one:
 * its size is the session's, and its terminal answers the program's questions.
 */
export class Clients {
  readonly #edge: ClientsDeps;
  /** The active one is last. */
  #clients: Client[] = [];

  constructor(edge: ClientsDeps) {
    this.#edge = edge;
  }

  get count(): number {
    return this.#clients.length;
  }

  /** Takes a client in, shows it the screen, and returns what to do with what it sends. */
  add(connection: Connection, size: Size) {
    const client: Client = { connection, size, isBehind: false, unsent: undefined };
    this.#clients.push(client);
    if (hasSize(size)) this.#edge.resize(size);
    this.#show(client, this.#edge.replay());
    if (hasSize(size)) this.#edge.redraw();
    return {
      onFrame: (frame: Frame) => this.#take(client, frame),
      onDrain: () => this.#catchUp(client),
      onClose: () => this.#remove(client),
    };
  }

  /** Output of the program, to all that keep up. */
  sendOutput(output: Uint8Array): void {
    if (this.#clients.length === 0) return;
    const frame = encodeFrame(TO_CLIENT.output, output);
    for (const client of this.#clients) {
      // One slow terminal neither slows the program nor fills the memory.
      if (client.connection.queuedBytes > QUEUE_BYTES) client.isBehind = true;
      if (!client.isBehind) client.connection.write(frame);
    }
  }

  /** The program has room for input again. */
  drain(): void {
    for (const client of this.#clients) {
      const waiting = client.unsent;
      if (waiting === undefined) continue;
      client.unsent = undefined;
      this.#type(client, waiting);
      if (client.unsent !== undefined) return;
      client.connection.resume();
    }
  }

  /** Tells every client to leave. */
  detachAll(): void {
    this.#dismiss(encodeFrame(TO_CLIENT.detached, new Uint8Array(0)));
  }

  /** Tells every client how the session ended. */
  sendExit(isSignaled: boolean, code: number | undefined): void {
    this.#dismiss(encodeExit(isSignaled, code));
  }

  #dismiss(lastWord: Uint8Array): void {
    const leaving = this.#clients;
    this.#clients = [];
    for (const { connection } of leaving) {
      connection.write(lastWord);
      connection.end();
    }
  }

  #take(client: Client, { tag, payload }: Frame): void {
    if (tag === TO_SUPERVISOR.input) this.#input(client, payload);
    if (tag === TO_SUPERVISOR.resize) this.#resize(client, decodeResize(payload));
  }

  #input(client: Client, bytes: Uint8Array): void {
    // Every terminal answers a question that was shown to all; the program asked once.
    if (isAnswer(bytes)) {
      if (client !== this.#clients.at(-1)) return;
    } else this.#activate(client);
    this.#type(client, bytes);
  }

  #type(client: Client, bytes: Uint8Array): void {
    const waiting = client.unsent;
    const all = waiting === undefined ? bytes : Buffer.concat([waiting, bytes]);
    const taken = waiting === undefined ? this.#edge.input(all) : 0;
    if (taken === all.length) return;
    client.unsent = all.slice(taken);
    client.connection.pause();
  }

  #resize(client: Client, size: Size | undefined): void {
    if (size === undefined || !hasSize(size)) return;
    client.size = size;
    this.#activate(client);
  }

  #activate(client: Client): void {
    if (!this.#clients.includes(client)) return;
    if (this.#clients.at(-1) !== client) this.#clients = [...this.#clients.filter((it) => it !== client), client];
    if (hasSize(client.size)) this.#edge.resize(client.size);
  }

  #catchUp(client: Client): void {
    if (!client.isBehind || !this.#clients.includes(client)) return;
    client.isBehind = false;
    this.#show(client, Buffer.concat([AFRESH, this.#edge.replay()]));
    this.#edge.redraw();
  }

  #show(client: Client, bytes: Uint8Array): void {
    if (bytes.length > 0) client.connection.write(encodeFrame(TO_CLIENT.output, bytes));
  }

  #remove(client: Client): void {
    const wasActive = this.#clients.at(-1) === client;
    this.#clients = this.#clients.filter((it) => it !== client);
    const next = this.#clients.at(-1);
    if (wasActive && next !== undefined && hasSize(next.size)) this.#edge.resize(next.size);
  }
}

function hasSize(size: Size): boolean {
  return size.cols > 0 && size.rows > 0;
}

/**
 * What brings a terminal in any state to a fresh one: ends a sequence that was cut off, leaves every mode a program may
 * have set, clears the screen.
 */
const AFRESH = bytesOf(`\x18\x1b\\${everyMode().undo()}\x1b[H\x1b[2J`);

function everyMode(): Modes {
  const modes = new Modes();
  const set = [1, 5, 6, 9, 66, 69, 1000, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 2004, 2026, 2031, 2048, 1049];
  const levels = "\x1b[>1u".repeat(16);
  const other = "\x1b[?7l\x1b[?25l\x1b[4h\x1b=\x1b[2;3r\x1b[2 q\x1b[>4;1m\x1b]8;;x\x1b\\";
  modes.feed(bytesOf(`${levels}${set.map((mode) => `\x1b[?${mode}h`).join("")}${levels}${other}`));
  return modes;
}
