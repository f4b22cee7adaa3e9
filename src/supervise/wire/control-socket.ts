import { failure, parseRequest, type Request } from "../../core/session/request.ts";
import { utf8 } from "../../core/text.ts";
import type { Clock, Connection } from "../../sys/sys.ts";
import type { Size } from "../../sys/tty.ts";
import { type Frame, FrameReader, LineReader } from "./frames.ts";

/** How long a client may take for its first line, in milliseconds. */
const HELLO_MS = 10_000;

/** How many connections live at once. Descriptors are few, and nobody watches one session from more terminals. */
const CONNECTIONS = 128;

/** What a client that attached does next. */
export interface Attached {
  readonly onFrame: (frame: Frame) => void;
  readonly onDrain: () => void;
  readonly onClose: () => void;
}

export interface ControlSocketDeps {
  readonly clock: Clock;
  /** The answer line of a request. */
  answer(request: Exclude<Request, { op: "attach" }>): Promise<string>;
  attach(connection: Connection, size: Size): Attached;
}

/** What a connection is doing. */
type Phase =
  | { readonly kind: "hello"; readonly line: LineReader }
  | { readonly kind: "request" }
  | { readonly kind: "attached"; readonly frames: FrameReader; readonly client: Attached };

interface Guest {
  readonly connection: Connection;
  phase: Phase;
  readonly hello: AbortController;
}

/** A session's control socket: one request line and its answer, or an attach stream, per connection. */
export class ControlSocket {
  readonly #edge: ControlSocketDeps;
  readonly #guests = new Set<Guest>();
  #onEmpty: (() => void) | undefined;

  constructor(edge: ControlSocketDeps) {
    this.#edge = edge;
  }

  /** Takes a connection over. */
  accept(connection: Connection): void {
    const phase: Phase = { kind: "hello", line: new LineReader() };
    const guest: Guest = { connection, phase, hello: new AbortController() };
    this.#guests.add(guest);
    connection.on({
      onData: (bytes) => this.#take(guest, bytes),
      onDrain: () => guest.phase.kind === "attached" && guest.phase.client.onDrain(),
      onEnd: () => guest.phase.kind !== "request" && connection.end(),
      onClose: () => this.#leave(guest),
    });
    this.#makeRoom();
    void this.#limitHello(guest);
  }

  /** Waits until every connection has got its last word and closed, at most `limitMs`; then closes those that are left. */
  async finish(limitMs: number): Promise<void> {
    const stop = new AbortController();
    const empty = new Promise<void>((done) => {
      this.#onEmpty = done;
    });
    for (const guest of this.#guests) if (guest.phase.kind === "hello") guest.connection.destroy();
    if (this.#guests.size > 0) await Promise.race([empty, this.#edge.clock.sleep(limitMs, stop.signal)]);
    stop.abort();
    for (const { connection } of this.#guests) connection.destroy();
  }

  /** Idle connections must not keep a person out: whoever has waited longest without a word goes first. */
  #makeRoom(): void {
    if (this.#guests.size <= CONNECTIONS) return;
    const guests = [...this.#guests];
    const out = guests.find(({ phase }) => phase.kind === "hello") ?? guests.at(-1);
    if (out === undefined) return;
    // Counted out at once: its close comes later, and another may be here before.
    this.#guests.delete(out);
    out.connection.destroy();
  }

  async #limitHello(guest: Guest): Promise<void> {
    await this.#edge.clock.sleep(HELLO_MS, guest.hello.signal);
    if (guest.phase.kind === "hello") guest.connection.destroy();
  }

  #take(guest: Guest, bytes: Uint8Array): void {
    switch (guest.phase.kind) {
      case "hello":
        return this.#greet(guest, guest.phase.line.push(bytes));
      case "attached":
        return this.#feed(guest.connection, guest.phase, bytes);
      case "request":
        return; // one request a connection
    }
  }

  #feed(connection: Connection, { frames, client }: Extract<Phase, { kind: "attached" }>, bytes: Uint8Array): void {
    const whole = frames.push(bytes);
    if (whole === undefined) return connection.destroy();
    for (const frame of whole) client.onFrame(frame);
  }

  #greet(guest: Guest, hello: ReturnType<LineReader["push"]>): void {
    if (hello === undefined) return;
    guest.hello.abort();
    if (hello === "too-long") return guest.connection.destroy();
    const text = strictUtf8(hello.line);
    if (text === undefined) return guest.connection.destroy();
    const parsed = parseRequest(text);
    if (parsed.kind === "invalid") return this.#reply(guest, failure(parsed.why));
    if (parsed.request.op === "attach") return this.#attach(guest, parsed.request, hello.rest);
    guest.phase = { kind: "request" };
    void this.#edge.answer(parsed.request).then((line) => this.#reply(guest, line));
  }

  #attach(guest: Guest, size: Size, rest: Uint8Array): void {
    const client = this.#edge.attach(guest.connection, { cols: size.cols, rows: size.rows });
    const phase = { kind: "attached", frames: new FrameReader(), client } as const;
    guest.phase = phase;
    // A client may send its first frames right behind the line.
    if (rest.length > 0) this.#feed(guest.connection, phase, rest);
  }

  #reply({ connection }: Guest, line: string): void {
    connection.write(new TextEncoder().encode(line));
    connection.end();
  }

  #leave(guest: Guest): void {
    guest.hello.abort();
    this.#guests.delete(guest);
    if (guest.phase.kind === "attached") guest.phase.client.onClose();
    if (this.#guests.size === 0) this.#onEmpty?.();
  }
}

/** The text, or undefined when it is not UTF-8. */
function strictUtf8(bytes: Uint8Array): string | undefined {
  const text = utf8(bytes);
  if (!text.includes("\ufffd")) return text;
  // The replacement character may itself have been sent.
  return Buffer.from(text).equals(bytes) ? text : undefined;
}
