/** A server on loopback that answers as a function says. */
import { onTestFinished } from "bun:test";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A request, with its body read. */
export interface Asked {
  readonly method: string;
  /** The path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** The status (200 unless named) and the body: a string as it is, anything else as JSON. */
export interface Reply {
  readonly status?: number;
  readonly body: unknown;
}

/** Answers with `reply` until the test ends. Returns the server's address. */
export async function answering(reply: (asked: Asked) => Reply): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { headers, method = "", url = "" } = request;
      const { status = 200, body } = reply({ method, url, headers, body: Buffer.concat(chunks).toString() });
      const isText = typeof body === "string";
      response.writeHead(status, { "content-type": isText ? "text/plain" : "application/json" });
      response.end(isText ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
