import type { Server, Socket } from "node:net";
import process from "node:process";
import type { Connection, ConnectionEvents } from "../sys.ts";
import type { Net } from "./net.ts";

// Not imported: then the binary, which never comes here, would carry Bun's bytecode for it, 0.4 MB (docs/decisions/0004).
const { connect, createServer } = process.getBuiltinModule("node:net");

/** Sockets through Node's interface. */
export const net: Net = {
  async listen(path, onConnection) {
    // Half-open: a client may send its request and close its side before our answer.
    const server = createServer({ allowHalfOpen: true }, (socket) => onConnection(connection(socket)));
    await bound(server, path);
    return { close: () => server.close() };
  },
  connect: (path) =>
    new Promise((done, fail) => {
      const socket = connect({ path, allowHalfOpen: true });
      socket.once("error", fail);
      socket.once("connect", () => {
        socket.off("error", fail);
        done(connection(socket));
      });
    }),
};

function bound(server: Server, path: string): Promise<void> {
  return new Promise((done, fail) => {
    const ready = () => {
      server.off("error", fail);
      server.on("error", () => {}); // a failed accept (no descriptors left) concerns only that client
      done();
    };
    server.once("error", fail);
    server.listen(path, ready);
  });
}

function connection(socket: Socket): Connection {
  // "close" reports a peer that has gone; the error adds nothing.
  socket.on("error", () => {});
  return {
    get queuedBytes() {
      return socket.writableLength;
    },
    on: (events) => attach(socket, events),
    write: (bytes) => {
      if (socket.writable) socket.write(bytes);
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  };
}

function attach(socket: Socket, events: ConnectionEvents): void {
  socket.on("data", events.onData);
  socket.on("drain", () => events.onDrain?.());
  socket.once("end", () => events.onEnd?.());
  socket.once("close", () => events.onClose());
}
