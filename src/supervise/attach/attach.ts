import { DetachKey } from "../../core/session/detach-key.ts";
import { bytesOf } from "../../core/text.ts";
import type { Clock, Connection } from "../../sys/sys.ts";
import type { Size, TakenTerminal, Terminal } from "../../sys/tty.ts";
import {
  decodeExit,
  type ExitStatus,
  encodeFrame,
  encodeResize,
  type Frame,
  FrameReader,
  TO_CLIENT,
  TO_SUPERVISOR,
} from "../wire/frames.ts";
import { ClientScreen } from "./client-screen.ts";
import { belowPicture } from "./picture.ts";

/**
 * A person's terminal on a session: what is typed goes there, what the program draws comes here.
 *
 * Nothing is kept on this side but what it takes to give the terminal back, so it may end at any moment.
 */

/** The size that is told of a terminal that does not say one. */
const USUAL: Size = { cols: 80, rows: 24 };

/** Output that may wait for the terminal before the supervisor is made to wait, in bytes. */
const BEHIND_BYTES = 262_144;

/**
 * How long to keep quiet behind the first line, in milliseconds. babysit's supervisors throw away what comes with it,
 * and a session that says nothing gives no sign that it was read.
 */
const HUSH_MS = 300;

/** Frames of later babysit versions: output behind its eight-byte place in the log. */
const OUTPUT_OFFSET = 4;
const OFFSET_BYTES = 8;

export interface AttachDeps {
  readonly clock: Clock;
  readonly terminal: Terminal;
  /** Connects to the supervisor; throws why that cannot be. */
  connect(): Promise<Connection>;
}

export interface AttachTarget {
  /** What the window is called; undefined where titles are not understood. */
  readonly title: string | undefined;
  /** The size that its output was written for. */
  readonly size: Size | undefined;
  /** Whether its supervisor is ours, which keeps what comes with the first line. */
  readonly isOurs: boolean;
}

/** How an attach came to its end. */
export type AttachEnd =
  | { readonly kind: "detached"; readonly by: "key" | "request" }
  | { readonly kind: "ended"; readonly exit: ExitStatus }
  /** The supervisor went without a word. */
  | { readonly kind: "lost" }
  /** This process is asked to end. */
  | { readonly kind: "signal"; readonly signal: NodeJS.Signals };

/** Puts the terminal on a session until either side leaves; the terminal is as it was before when this returns. */
export async function attach(edge: AttachDeps, target: AttachTarget): Promise<AttachEnd> {
  // Before the terminal is touched: what goes wrong here is an ordinary error.
  const connection = await edge.connect();
  const attachment = new Attachment(edge, target);
  try {
    return await attachment.run(connection);
  } finally {
    await attachment.release();
  }
}

class Attachment {
  readonly #edge: AttachDeps;
  readonly #target: AttachTarget;
  readonly #taken: TakenTerminal;
  readonly #key = new DetachKey();
  #view: ClientScreen;
  #connection: Connection | undefined;
  #frames = new FrameReader();
  /** The size the supervisor knows. */
  #told = USUAL;
  /** What was typed before the supervisor may be sent something; undefined from then on. */
  #early: Uint8Array[] | undefined = [];
  #waiting = new AbortController();
  readonly #over = new AbortController();
  #end = Promise.withResolvers<AttachEnd | { kind: "resumed" }>();

  constructor(edge: AttachDeps, target: AttachTarget) {
    this.#edge = edge;
    this.#target = target;
    this.#view = this.#newView();
    this.#taken = edge.terminal.take({
      onInput: (bytes) => this.#type(bytes),
      onResize: (size) => this.#resize(size),
      onDrain: () => this.#connection?.resume(),
      onResume: () => this.#again(),
      onLeave: (signal) => this.#end.resolve({ kind: "signal", signal }),
      undo: () => this.#view.undo(),
    });
  }

  async run(first: Connection): Promise<AttachEnd> {
    for (let connection = first; ; connection = await this.#edge.connect()) {
      this.#follow(connection);
      const end = await this.#end.promise;
      // What was typed last is still to be sent.
      connection.end();
      if (end.kind !== "resumed") return end;
      this.#end = Promise.withResolvers();
    }
  }

  /** After a stop the screen shows something else: a new connection brings our picture back. */
  #again(): void {
    this.#connection?.end();
    this.#connection = undefined;
    this.#early = [];
    this.#view.close();
    this.#view = this.#newView();
    this.#end.resolve({ kind: "resumed" });
  }

  async release(): Promise<void> {
    this.#waiting.abort();
    this.#over.abort();
    const usedRows = await this.#view.usedRows();
    // What still comes is for the screen that is given back now.
    this.#view.close();
    await this.#taken.release(belowPicture(usedRows, this.#size()));
    this.#connection?.destroy();
  }

  #newView(): ClientScreen {
    const { size, title } = this.#target;
    return new ClientScreen({
      drawnFor: size,
      title,
      size: () => this.#size(),
      write: (bytes) => this.#taken.write(bytes),
    });
  }

  #size(): Size {
    return this.#edge.terminal.size() ?? USUAL;
  }

  #follow(connection: Connection): void {
    this.#connection = connection;
    this.#frames = new FrameReader();
    this.#early = [];
    this.#told = this.#size();
    connection.on({
      onData: (bytes) => this.#hear(connection, bytes),
      onEnd: () => connection.end(),
      onClose: () => this.#finish(connection, { kind: "lost" }),
    });
    // Older supervisors do not know `protocol`, and ignore it.
    connection.write(bytesOf(`${JSON.stringify({ op: "attach", ...this.#told, protocol: 1 })}\n`));
    if (this.#target.isOurs) this.#speak();
    else void this.#speakLater();
  }

  async #speakLater(): Promise<void> {
    await this.#edge.clock.sleep(HUSH_MS, this.#over.signal);
    this.#speak();
  }

  /** From now on the supervisor may be sent something. */
  #speak(): void {
    const early = this.#early;
    if (early === undefined || this.#over.signal.aborted) return;
    this.#early = undefined;
    for (const bytes of early) this.#send(bytes);
    this.#resize(this.#size());
  }

  #hear(connection: Connection, bytes: Uint8Array): void {
    if (connection !== this.#connection) return;
    const frames = this.#frames.push(bytes);
    // No supervisor sends such a frame, so this is none, or none any more.
    if (frames === undefined) return connection.destroy();
    for (const frame of frames) this.#take(connection, frame);
    // It goes on when the terminal has taken what waits for it, or the picture.
    if (this.#view.isDrawing || this.#taken.queuedBytes > BEHIND_BYTES) connection.pause();
  }

  #take(connection: Connection, { tag, payload }: Frame): void {
    this.#speak();
    if (tag === TO_CLIENT.output) this.#view.show(payload);
    else if (tag === OUTPUT_OFFSET) this.#view.show(payload.subarray(OFFSET_BYTES));
    else if (tag === TO_CLIENT.detached) this.#finish(connection, { kind: "detached", by: "request" });
    else if (tag === TO_CLIENT.exit) {
      const exit = decodeExit(payload) ?? { signaled: false, code: 0 };
      this.#finish(connection, { kind: "ended", exit });
    }
  }

  #finish(connection: Connection, end: AttachEnd): void {
    if (connection === this.#connection) void this.#view.drawn().then(() => this.#end.resolve(end));
  }

  #type(bytes: Uint8Array): void {
    this.#waiting.abort();
    const { forward, isDetach } = this.#key.push(bytes);
    this.#send(forward);
    if (isDetach) this.#end.resolve({ kind: "detached", by: "key" });
    else if (this.#key.waitMs !== undefined) void this.#giveUpIn(this.#key.waitMs);
  }

  async #giveUpIn(ms: number): Promise<void> {
    const waiting = new AbortController();
    this.#waiting = waiting;
    await this.#edge.clock.sleep(ms, waiting.signal);
    if (!waiting.signal.aborted) this.#send(this.#key.giveUp());
  }

  #send(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.#early === undefined) this.#connection?.write(encodeFrame(TO_SUPERVISOR.input, bytes));
    else this.#early.push(bytes);
  }

  #resize(size: Size): void {
    const isNew = size.cols !== this.#told.cols || size.rows !== this.#told.rows;
    if (this.#early !== undefined || !isNew) return;
    this.#told = size;
    this.#view.resize(size);
    this.#connection?.write(encodeResize(size.cols, size.rows));
  }
}
