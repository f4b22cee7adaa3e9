import { failure, parseRequest, type Request } from "../../core/session/request.ts";
import { utf8 } from "../../core/text.ts";
import type { Clock, Connection } from "../../sys/sys.ts";
import type { Size } from "../../sys/tty.ts";
import { type Frame, FrameReader, LineReader } from "./frames.ts";

/** The most time a client gets to send its first line, in milliseconds. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** The most connections that may be open at once. File descriptors are few, and no session needs more clients. */
const CONNECTIONS = 128;

/** Handles what an attached client does. */
export interface AttachedClient {
  readonly onFrame: (frame: Frame) => void;
  readonly onDrain: () => void;
  readonly onClose: () => void;
}

export interface ControlSocketDeps {
  readonly clock: Clock;
  /** Returns the reply line of a request. */
  reply(request: Exclude<Request, { op: "attach" }>): Promise<string>;
  attach(connection: Connection, size: Size, isReadOnly: boolean): AttachedClient;
}

type Phase =
  | { readonly kind: "handshake"; readonly line: LineReader }
  | { readonly kind: "request" }
  | { readonly kind: "attached"; readonly frames: FrameReader; readonly client: AttachedClient };

interface OpenConnection {
  readonly connection: Connection;
  phase: Phase;
  /** Aborted when the first line is complete or the connection is closed. */
  readonly handshake: AbortController;
}

/** A session's control socket. Each connection carries one request line and its reply, or an attach stream. */
export class ControlSocket {
  readonly #deps: ControlSocketDeps;
  readonly #open = new Set<OpenConnection>();
  #onEmpty: (() => void) | undefined;

  constructor(deps: ControlSocketDeps) {
    this.#deps = deps;
  }

  /** Serves a new connection. */
  accept(connection: Connection): void {
    const phase: Phase = { kind: "handshake", line: new LineReader() };
    const open: OpenConnection = { connection, phase, handshake: new AbortController() };
    this.#open.add(open);
    connection.on({
      onData: (bytes) => this.#onData(open, bytes),
      onDrain: () => open.phase.kind === "attached" && open.phase.client.onDrain(),
      onEnd: () => open.phase.kind !== "request" && connection.end(),
      onClose: () => this.#onClose(open),
    });
    this.#evictIdle();
    void this.#limitHandshake(open);
  }

  /** Waits until every connection has received its last bytes and closed, at most `limitMs`; then closes the rest. */
  async finish(limitMs: number): Promise<void> {
    const stop = new AbortController();
    const empty = new Promise<void>((done) => {
      this.#onEmpty = done;
    });
    for (const { connection, phase } of this.#open) if (phase.kind === "handshake") connection.destroy();
    if (this.#open.size > 0) await Promise.race([empty, this.#deps.clock.sleep(limitMs, stop.signal)]);
    stop.abort();
    for (const { connection } of this.#open) connection.destroy();
  }

  /**
   * Closes one connection when there are too many, so that idle ones do not keep a person out: the oldest one without a
   * first line, else the newest.
   */
  #evictIdle(): void {
    if (this.#open.size <= CONNECTIONS) return;
    const all = [...this.#open];
    const evicted = all.find(({ phase }) => phase.kind === "handshake") ?? all.at(-1);
    if (evicted === undefined) return;
    // Removed now: its close event comes later, maybe after the next connection.
    this.#open.delete(evicted);
    evicted.connection.destroy();
  }

  async #limitHandshake(open: OpenConnection): Promise<void> {
    await this.#deps.clock.sleep(HANDSHAKE_TIMEOUT_MS, open.handshake.signal);
    if (open.phase.kind === "handshake") open.connection.destroy();
  }

  #onData(open: OpenConnection, bytes: Uint8Array): void {
    switch (open.phase.kind) {
      case "handshake":
        return this.#onFirstLine(open, open.phase.line.push(bytes));
      case "attached":
        return this.#onFrames(open.connection, open.phase, bytes);
      case "request":
        return; // one request per connection
    }
  }

  #onFrames(connection: Connection, { frames, client }: Extract<Phase, { kind: "attached" }>, bytes: Uint8Array): void {
    const whole = frames.push(bytes);
    if (whole === undefined) return connection.destroy();
    for (const frame of whole) client.onFrame(frame);
  }

  #onFirstLine(open: OpenConnection, read: ReturnType<LineReader["push"]>): void {
    if (read === undefined) return;
    open.handshake.abort();
    if (read === "too-long") return open.connection.destroy();
    const text = strictUtf8(read.line);
    if (text === undefined) return open.connection.destroy();
    const parsed = parseRequest(text);
    if (parsed.kind === "invalid") return this.#reply(open, failure(parsed.why));
    if (parsed.request.op === "attach") return this.#attach(open, parsed.request, read.rest);
    open.phase = { kind: "request" };
    void this.#deps.reply(parsed.request).then((line) => this.#reply(open, line));
  }

  #attach(open: OpenConnection, request: Extract<Request, { op: "attach" }>, rest: Uint8Array): void {
    const { cols, rows, read_only: isReadOnly } = request;
    const client = this.#deps.attach(open.connection, { cols, rows }, isReadOnly);
    const phase = { kind: "attached", frames: new FrameReader(), client } as const;
    open.phase = phase;
    // A client may send its first frames together with the line.
    if (rest.length > 0) this.#onFrames(open.connection, phase, rest);
  }

  #reply({ connection }: OpenConnection, line: string): void {
    connection.write(new TextEncoder().encode(line));
    connection.end();
  }

  #onClose(open: OpenConnection): void {
    open.handshake.abort();
    this.#open.delete(open);
    if (open.phase.kind === "attached") open.phase.client.onClose();
    if (this.#open.size === 0) this.#onEmpty?.();
  }
}

/** Returns the text, or undefined when the bytes are not UTF-8. */
function strictUtf8(bytes: Uint8Array): string | undefined {
  const text = utf8(bytes);
  if (!text.includes("\ufffd")) return text;
  // The client may have sent the replacement character itself.
  return Buffer.from(text).equals(bytes) ? text : undefined;
}
