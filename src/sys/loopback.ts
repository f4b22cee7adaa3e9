import process from "node:process";
import { systemError } from "./errno.ts";
import { connection } from "./socket.ts";
import type { Connection } from "./sys.ts";

// Not imported: then a build would carry Bun's own bytecode for it, 0.4 MB (docs/decisions/0004).
const { createServer } = process.getBuiltinModule("node:net");

/** Listens on a free port of this machine's own address, which nobody outside can reach. */
export function listenLoopback(
  onConnection: (connection: Connection) => void,
): Promise<{ readonly port: number; close(): void }> {
  return new Promise((done, fail) => {
    const server = createServer((socket) => onConnection(connection(socket)));
    server.once("error", (error) => fail(systemError(error, "listen on", "127.0.0.1")));
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.on("error", () => {}); // an accept that fails is the client's loss
      done({ port: typeof address === "object" && address !== null ? address.port : 0, close: () => server.close() });
    });
  });
}
