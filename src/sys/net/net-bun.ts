import type { Connection, ConnectionEvents } from "../sys.ts";
import type { Net } from "./net.ts";

/** Sockets through Bun. */
export const net: Net = {
  async listen(path, onConnection) {
    // Half-open: a client may send its request and close its side before our answer.
    const server = Bun.listen<BunConnection>({ unix: path, allowHalfOpen: true, socket: handlers(onConnection) });
    return { close: () => server.stop() };
  },
  async connect(path) {
    const socket = await Bun.connect<BunConnection>({ unix: path, allowHalfOpen: true, socket: handlers(() => {}) });
    return socket.data;
  },
};

function handlers(onOpen: (plug: BunConnection) => void): Bun.SocketHandler<BunConnection> {
  return {
    open(socket) {
      socket.data = new BunConnection(socket);
      onOpen(socket.data);
    },
    data: (socket, bytes) => socket.data.events?.onData(bytes),
    drain: (socket) => socket.data.drain(),
    end: (socket) => socket.data.events?.onEnd?.(),
    close: (socket) => socket.data.events?.onClose(),
    // A callback threw, which is a bug: it ends the process as any other would.
    error: (_, error) =>
      queueMicrotask(() => {
        throw error;
      }),
  };
}

/** One end of a connection, with the bytes that the kernel has not taken yet. */
class BunConnection implements Connection {
  readonly #socket: Bun.Socket<BunConnection>;
  readonly #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #isEnding = false;
  events: ConnectionEvents | undefined;

  constructor(socket: Bun.Socket<BunConnection>) {
    this.#socket = socket;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  on(events: ConnectionEvents): void {
    this.events = events;
  }

  write(bytes: Uint8Array): void {
    if (this.#isEnding) return;
    const rest = this.#queuedBytes > 0 ? bytes : this.#send(bytes);
    if (rest.length === 0) return;
    this.#queue.push(rest);
    this.#queuedBytes += rest.length;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#isEnding = true;
    if (this.#queuedBytes === 0) this.#socket.shutdown();
  }

  destroy(): void {
    this.#isEnding = true;
    this.#socket.terminate();
  }

  /** Writes again: the kernel may take more. */
  drain(): void {
    if (this.#queuedBytes === 0) return;
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      const rest = this.#send(first);
      this.#queuedBytes -= first.length - rest.length;
      if (rest.length > 0) {
        this.#queue[0] = rest;
        return;
      }
      this.#queue.shift();
    }
    if (this.#isEnding) this.#socket.shutdown();
    this.events?.onDrain?.();
  }

  /** Returns the bytes the kernel did not take; empty when the peer has gone, which `close` reports. */
  #send(bytes: Uint8Array): Uint8Array {
    const taken = this.#socket.write(bytes);
    return taken < 0 ? new Uint8Array() : bytes.subarray(taken);
  }
}
