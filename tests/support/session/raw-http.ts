/** Bytes on a TCP connection to loopback, as a client writes them that does not keep to HTTP. */
import { connect } from "node:net";

/**
 * Sends `pieces` one after another, and resolves with everything that came back once the server has closed. With "end" it
 * closes its own side first.
 */
export function sendRaw(port: number, pieces: readonly (string | Uint8Array)[], then?: "end"): Promise<string> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    let heard = "";
    socket.on("data", (bytes) => {
      heard += bytes.toString("latin1");
    });
    socket.on("error", () => {}); // a refused client may be cut off while it sends
    socket.on("close", () => done(heard));
    for (const piece of pieces) socket.write(piece);
    if (then === "end") socket.end();
  });
}
