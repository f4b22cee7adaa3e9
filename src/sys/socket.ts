import { chmodSync, lstatSync, mkdirSync, type Stats, unlinkSync } from "node:fs";
import type { Server, Socket } from "node:net";
import process from "node:process";
import { EXIT, LooopError } from "../core/error.ts";
import { bytesOf } from "../core/text.ts";
import { errnoCode, systemError } from "./errno.ts";
import type { Connection, ConnectionEvents, Listener, Sockets } from "./sys.ts";

// Not imported: then a build would carry Bun's own bytecode for it, 0.4 MB (docs/decisions/0004).
const { connect, createServer } = process.getBuiltinModule("node:net");

/** Longest socket path, in bytes: macOS has room for 104 with the NUL at the end, Linux for 108. */
export const SOCKET_PATH_BYTES = 103;

/**
 * Local sockets. Who may connect is decided by the folder (0700) and the socket (0600): the kernel then refuses every
 * other user but root, so the peer's user id need not be asked for, which neither runtime can do.
 */
export const sockets: Sockets = {
  makeFolder,
  async listen(path, onConnection) {
    checkLength(path);
    await replaceStale(path);
    // Half-open: a client may send its request and close its side before our answer.
    const server = createServer({ allowHalfOpen: true }, (socket) => onConnection(connection(socket)));
    await bound(server, path);
    return listener(server, path);
  },
  connect: async (path) => {
    checkLength(path);
    const socket = await reach(path);
    return socket === undefined ? undefined : connection(socket);
  },
};

function checkLength(path: string): void {
  const bytes = bytesOf(path).length;
  if (bytes <= SOCKET_PATH_BYTES) return;
  throw new LooopError({
    message: `Cannot use the socket ${path}: its path has ${bytes} bytes, ${SOCKET_PATH_BYTES} are possible`,
    hint: "Choose a shorter folder with LOOOP_DATA_DIR",
    exit: EXIT.setup,
  });
}

function makeFolder(folder: string): void {
  const refuse = (why: string) => {
    const message = `Cannot keep sockets in ${folder}: ${why}`;
    throw new LooopError({ message, hint: "Move it away, or set HOME to a folder of yours", exit: EXIT.setup });
  };
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const stats = lstatSync(folder);
    if (!stats.isDirectory()) refuse("it is not a folder of its own");
    if (stats.uid !== process.geteuid?.()) refuse("it belongs to another user");
    if ((stats.mode & 0o777) !== 0o700) chmodSync(folder, 0o700);
  } catch (error) {
    throw systemError(error, "make the folder", folder);
  }
}

async function replaceStale(path: string): Promise<void> {
  const found = look(path);
  if (found === undefined) return;
  if (!found.isSocket()) throw inTheWay(path, "something that is not a socket is in its place", "Move it away");
  const peer = await reach(path);
  peer?.destroy();
  if (peer !== undefined) throw inTheWay(path, "another process answers on it", "End that process first");
  unlinkSync(path);
}

function inTheWay(path: string, why: string, hint: string): LooopError {
  return new LooopError({ message: `Cannot listen on ${path}: ${why}`, hint, exit: EXIT.busy });
}

function bound(server: Server, path: string): Promise<void> {
  return new Promise((done, fail) => {
    server.once("error", (error) => fail(systemError(error, "listen on", path)));
    server.listen(path, () => {
      chmodSync(path, 0o600);
      // An accept that fails (no descriptors left) is the client's loss, not the session's.
      server.on("error", () => {});
      done();
    });
  });
}

function listener(server: Server, path: string): Listener {
  const ours = look(path);
  return {
    close() {
      const now = look(path);
      // A new session of the same id may have bound this path since ours was removed.
      const isOurs = now !== undefined && now.ino === ours?.ino && now.dev === ours.dev;
      if (isOurs) unlinkSync(path);
      server.close();
    },
  };
}

function look(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

/** Reasons why nobody can be reached; everything else is an error. */
const NOBODY = ["ENOENT", "ECONNREFUSED", "ENOTSOCK", "ECONNRESET", "EPIPE"];

function reach(path: string): Promise<Socket | undefined> {
  return new Promise((done, fail) => {
    const socket = connect({ path, allowHalfOpen: true });
    const refused = (error: Error) => {
      socket.destroy();
      if (NOBODY.includes(errnoCode(error) ?? "")) done(undefined);
      else fail(systemError(error, "connect to", path));
    };
    socket.once("error", refused);
    socket.once("connect", () => {
      socket.off("error", refused);
      done(socket);
    });
  });
}

/** A socket as a connection. */
export function connection(socket: Socket): Connection {
  // A peer that vanishes is told by "close"; the error itself says nothing more.
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
