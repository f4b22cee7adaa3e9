import { chmodSync, lstatSync, mkdirSync, renameSync, rmSync, type Stats, unlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { EXIT, LooopError } from "../../core/error.ts";
import { bytesOf } from "../../core/text.ts";
import { errnoCode, systemError } from "../errno.ts";
import type { Connection, Listener, Sockets } from "../sys.ts";
import type { Net, Port } from "./net.ts";

/** Longest socket path, in bytes: macOS has room for 104 with the NUL at the end, Linux for 108. */
const SOCKET_PATH_BYTES = 103;

/**
 * Local sockets. The modes of the folder (0700) and the socket (0600) make the kernel refuse every other user but root.
 * Neither runtime can ask for a peer's user id.
 */
export const sockets: Sockets = {
  makeFolder,
  async listen(path, onConnection) {
    checkLength(path);
    await refuseTaken(path);
    return listener(await bound(path, onConnection), path);
  },
  connect: reach,
};

/** Returns this runtime's sockets. Bun takes 7 ms to load Node's, and no time for its own. */
async function openNet(): Promise<Net> {
  const { net } = process.versions["deno"] === undefined ? await import("./net-bun.ts") : await import("./net-deno.ts");
  return net;
}

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

/** Throws (exit 5) when `path` is taken, unless by a stale socket, which the new one replaces. */
async function refuseTaken(path: string): Promise<void> {
  const found = look(path);
  if (found === undefined) return;
  if (!found.isSocket()) throw inTheWay(path, "something that is not a socket is in its place", "Move it away");
  const peer = await reach(path);
  peer?.destroy();
  if (peer !== undefined) throw inTheWay(path, "another process answers on it", "End that process first");
}

function inTheWay(path: string, why: string, hint: string): LooopError {
  return new LooopError({ message: `Cannot listen on ${path}: ${why}`, hint, exit: EXIT.busy });
}

/**
 * Binds a temporary name and renames it: the socket is private before another process can find it. The runtime, which
 * removes the path that it bound when it stops listening, cannot remove a later session's socket.
 */
async function bound(path: string, onConnection: (connection: Connection) => void): Promise<Port> {
  const own = join(dirname(path), `.${process.pid.toString(36)}`); // shorter than `path`, so it fits
  let port: Port | undefined;
  try {
    rmSync(own, { force: true }); // left by a killed process with the same id
    port = await (await openNet()).listen(own, onConnection);
    chmodSync(own, 0o600);
    renameSync(own, path);
    return port;
  } catch (error) {
    port?.close();
    throw systemError(error, "listen on", path);
  }
}

function listener(port: Port, path: string): Listener {
  const ours = look(path);
  return {
    close() {
      const now = look(path);
      // A new session with the same id may have bound this path since.
      const isOurs = now !== undefined && now.ino === ours?.ino && now.dev === ours.dev;
      if (isOurs) unlinkSync(path);
      port.close();
    },
  };
}

function look(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

/** The codes that mean that no process listens; every other code is an error. */
const NOT_LISTENING = ["ENOENT", "ECONNREFUSED", "ENOTSOCK", "ECONNRESET", "EPIPE"];

async function reach(path: string): Promise<Connection | undefined> {
  checkLength(path);
  const net = await openNet();
  try {
    return await net.connect(path);
  } catch (error) {
    if (NOT_LISTENING.includes(errnoCode(error) ?? "")) return undefined;
    throw systemError(error, "connect to", path);
  }
}
