import { DetachKey } from "../../core/session/keyboard/detach-key.ts";
import { detachWords } from "../../core/session/keyboard/detach-keys.ts";
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
 * Connects a person's terminal to a session: keys go to the program, and its output comes to the terminal.
 *
 * This side keeps only what it needs to restore the terminal, so it may be killed at any moment.
 */

/** The size that is sent for a terminal that does not report one. */
const DEFAULT_SIZE: Size = { cols: 80, rows: 24 };

/** The most output that may wait for the terminal before the connection is paused, in bytes. */
const PAUSE_BYTES = 262_144;

/**
 * The delay of input after the first line, in milliseconds, unless output comes first. babysit's supervisors drop
 * what arrives together with the first line, and a session without output gives no sign that the line was read.
 */
const DELAY_MS = 300;

/** The time until the line that says how to leave, in milliseconds: programs redraw their screen when somebody attaches. */
const HINT_MS = 400;

/** The output frame of later babysit versions: an eight-byte offset in the log, then output. */
const OUTPUT_OFFSET = 4;
const OFFSET_BYTES = 8;

export interface AttachDeps {
  readonly clock: Clock;
  readonly terminal: Terminal;
  /** Connects to the supervisor. Throws when it cannot be reached. */
  connect(): Promise<Connection>;
}

export interface AttachTarget {
  /** The title of the window; undefined where the terminal has none. */
  readonly title: string | undefined;
  /** The size that its output was written for. */
  readonly size: Size | undefined;
  /** The keys that detach. */
  readonly detachKeys: string;
  /** True to only look: nothing that is typed reaches the program, and its size stays. */
  readonly isReadOnly: boolean;
  /** True when its supervisor is ours, and so keeps what arrives together with the first line. */
  readonly isOurs: boolean;
}

/** The end of an attach. */
export type AttachEnd =
  | { readonly kind: "detached"; readonly by: "key" | "request" }
  | { readonly kind: "ended"; readonly exit: ExitStatus }
  /** The supervisor closed the connection without an exit frame. */
  | { readonly kind: "lost" }
  /** A signal asked this process to end. */
  | { readonly kind: "signal"; readonly signal: NodeJS.Signals };

/** Attaches the terminal to a session until either side leaves, then restores it. */
export async function attach(deps: AttachDeps, target: AttachTarget): Promise<AttachEnd> {
  // Before the terminal is changed, so that a failure here is an ordinary error.
  const connection = await deps.connect();
  const attachment = new Attachment(deps, target);
  try {
    return await attachment.run(connection);
  } finally {
    await attachment.release();
  }
}

class Attachment {
  readonly #deps: AttachDeps;
  readonly #target: AttachTarget;
  readonly #taken: TakenTerminal;
  readonly #key: DetachKey;
  #view: ClientScreen;
  #connection: Connection | undefined;
  #frames = new FrameReader();
  /** The size that was last sent to the supervisor. */
  #sentSize = DEFAULT_SIZE;
  /** Input that waits until the supervisor may be sent something; undefined from then on. */
  #early: Uint8Array[] | undefined = [];
  #hasTyped = false;
  /** Stops the timer that sends a withheld key on. */
  #keyTimer = new AbortController();
  readonly #over = new AbortController();
  #end = Promise.withResolvers<AttachEnd | { kind: "resumed" }>();

  constructor(deps: AttachDeps, target: AttachTarget) {
    this.#deps = deps;
    this.#target = target;
    this.#key = new DetachKey(target.detachKeys);
    this.#view = this.#newView();
    this.#taken = deps.terminal.take({
      onInput: (bytes) => this.#onKeys(bytes),
      onResize: (size) => this.#resize(size),
      onDrain: () => this.#connection?.resume(),
      onResume: () => this.#reconnect(),
      onLeave: (signal) => this.#end.resolve({ kind: "signal", signal }),
      undo: () => this.#view.undo(),
    });
  }

  async run(first: Connection): Promise<AttachEnd> {
    for (let connection = first; ; connection = await this.#deps.connect()) {
      this.#start(connection);
      const end = await this.#end.promise;
      // Not destroyed: the last keys are still to be sent.
      connection.end();
      if (end.kind !== "resumed") return end;
      this.#end = Promise.withResolvers();
    }
  }

  /** Connects again after this process was stopped: the screen shows something else by now, and a replay redraws it. */
  #reconnect(): void {
    this.#connection?.end();
    this.#connection = undefined;
    this.#early = [];
    this.#view.close();
    this.#view = this.#newView();
    this.#end.resolve({ kind: "resumed" });
  }

  async release(): Promise<void> {
    this.#keyTimer.abort();
    this.#over.abort();
    const usedRows = await this.#view.usedRows();
    // Output that still comes must not reach the restored screen.
    this.#view.close();
    await this.#taken.release(belowPicture(usedRows, this.#size()));
    this.#connection?.destroy();
  }

  #newView(): ClientScreen {
    const { size, title, detachKeys, isReadOnly } = this.#target;
    return new ClientScreen({
      drawnFor: size,
      title,
      leave: `${isReadOnly ? "read-only, " : ""}${detachWords(detachKeys)} to detach`,
      size: () => this.#size(),
      write: (bytes) => this.#taken.write(bytes),
    });
  }

  #size(): Size {
    return this.#deps.terminal.size() ?? DEFAULT_SIZE;
  }

  #start(connection: Connection): void {
    this.#connection = connection;
    this.#frames = new FrameReader();
    this.#early = [];
    this.#sentSize = this.#size();
    connection.on({
      onData: (bytes) => this.#onData(connection, bytes),
      onEnd: () => connection.end(),
      onClose: () => this.#finish(connection, { kind: "lost" }),
    });
    // Older supervisors do not know `protocol`, and ignore it.
    const how = this.#target.isReadOnly ? { cols: 0, rows: 0, read_only: true } : this.#sentSize;
    connection.write(bytesOf(`${JSON.stringify({ op: "attach", ...how, protocol: 1 })}\n`));
    void this.#hintLater();
    if (this.#target.isOurs) this.#allowInput();
    else void this.#allowInputLater();
  }

  /** Says how to leave once the program has redrawn its screen. */
  async #hintLater(): Promise<void> {
    await this.#deps.clock.sleep(HINT_MS, this.#over.signal);
    if (!this.#over.signal.aborted && !this.#hasTyped) await this.#view.hint();
  }

  async #allowInputLater(): Promise<void> {
    await this.#deps.clock.sleep(DELAY_MS, this.#over.signal);
    this.#allowInput();
  }

  /** Sends the input that has waited, and from now on sends input at once. */
  #allowInput(): void {
    const early = this.#early;
    if (early === undefined || this.#over.signal.aborted) return;
    this.#early = undefined;
    for (const bytes of early) this.#send(bytes);
    this.#resize(this.#size());
  }

  #onData(connection: Connection, bytes: Uint8Array): void {
    if (connection !== this.#connection) return;
    const frames = this.#frames.push(bytes);
    // No supervisor sends a frame that long, so the stream is broken.
    if (frames === undefined) return connection.destroy();
    for (const frame of frames) this.#onFrame(connection, frame);
    // Resumed when the terminal has taken what waits, the first picture included.
    if (this.#view.isDrawing || this.#taken.queuedBytes > PAUSE_BYTES) connection.pause();
  }

  #onFrame(connection: Connection, { tag, payload }: Frame): void {
    this.#allowInput();
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

  #onKeys(bytes: Uint8Array): void {
    this.#keyTimer.abort();
    this.#hasTyped = true;
    this.#view.removeHint();
    const { forward, isDetach } = this.#key.push(bytes);
    this.#send(forward);
    if (isDetach) this.#end.resolve({ kind: "detached", by: "key" });
    else if (this.#key.waitMs !== undefined) void this.#releaseKeyAfter(this.#key.waitMs);
  }

  async #releaseKeyAfter(ms: number): Promise<void> {
    const timer = new AbortController();
    this.#keyTimer = timer;
    await this.#deps.clock.sleep(ms, timer.signal);
    if (!timer.signal.aborted) this.#send(this.#key.releaseWithheld());
  }

  #send(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#target.isReadOnly) return;
    if (this.#early === undefined) this.#connection?.write(encodeFrame(TO_SUPERVISOR.input, bytes));
    else this.#early.push(bytes);
  }

  #resize(size: Size): void {
    const isNew = size.cols !== this.#sentSize.cols || size.rows !== this.#sentSize.rows;
    if (this.#early !== undefined || !isNew) return;
    this.#sentSize = size;
    this.#view.removeHint();
    this.#view.resize(size);
    if (!this.#target.isReadOnly) this.#connection?.write(encodeResize(size.cols, size.rows));
  }
}
