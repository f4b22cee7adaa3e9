/** The HTTP server of a supervisor, within its limits. Deno's is in the end-to-end suite. */
import { afterEach, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { utf8 } from "../../../src/core/text.ts";
import { serve } from "../../../src/sys/net/serve.ts";
import type { HttpServer } from "../../../src/sys/sys.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { sendRaw } from "../../support/session/raw-http.ts";

const LIMITS = { bodyBytes: 50, requests: 2, bytesPerSecond: 1e9, timeoutMs: 1_000 };
const POST = "POST /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";

const open: HttpServer[] = [];
let heads = 0;
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

/** A server that echoes bodies, and refuses the path /no. */
async function echo(limits: Partial<typeof LIMITS> = {}): Promise<number> {
  const server = await serve(
    { ...LIMITS, ...limits },
    {
      refuse: ({ url }) => {
        heads++;
        return new URL(url).pathname === "/no" ? new Response("no", { status: 404 }) : undefined;
      },
      answer: (_request, body) => new Response(`<${utf8(body)}>`),
    },
  );
  open.push(server);
  return server.port;
}

describe("serve()", () => {
  const cases: [title: string, sent: string, status: string, body: string][] = [
    ["reads a body of a known length", `${POST}Content-Length: 2\r\n\r\n{}`, "200", "<{}>"],
    [
      "reads a body in chunks",
      `${POST}Transfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n3;x=y\r\n":1\r\n1\r\n}\r\n0\r\n\r\n`,
      "200",
      '<{"a":1}>',
    ],
    ["reads a request without a body", "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "200", "<>"],
    [
      "refuses a path before its body has come",
      "POST /no HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n",
      "404",
      "no",
    ],
    ["refuses a body that is too long before it has come", `${POST}Content-Length: 51\r\n\r\n`, "413", ""],
    [
      "refuses chunks that become too long",
      `${POST}Transfer-Encoding: chunked\r\n\r\n40\r\n${"a".repeat(64)}\r\n`,
      "413",
      "",
    ],
    ["refuses headers that do not end", `${POST}A: ${"a".repeat(200_000)}`, "431", ""],
    ["refuses what is not a request", "hello\r\n\r\n", "400", ""],
    ["refuses a negative length", `${POST}Content-Length: -1\r\n\r\n`, "400", ""],
    ["refuses a chunk without a length", `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, "400", ""],
  ];
  test.each(cases)("%s", async (_title, sent, status, body) => {
    const heard = await sendRaw(await echo(), [sent]);
    expect(heard).toStartWith(`HTTP/1.1 ${status} `);
    expect(heard).toContain(body);
  });

  test("reads one request after another on one connection", async () => {
    const keep = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n";
    const socket = connect(await echo(), "127.0.0.1");
    let heard = "";
    socket.on("data", (bytes) => {
      heard += bytes.toString("latin1");
    });
    for (const digit of "123") {
      socket.write(`${keep}${digit}`);
      await waitFor(`the answer to ${digit}`, () => heard.includes(`<${digit}>`));
    }
    socket.destroy();
  });

  test("reads a request that arrives a byte at a time", async () => {
    const heard = await sendRaw(await echo(), [...`${POST}Content-Length: 2\r\n\r\n{}`]);
    expect(heard).toContain("<{}>");
  });

  test("refuses a body that does not come in time", async () => {
    const heard = await sendRaw(await echo({ timeoutMs: 200 }), [`${POST}Content-Length: 5\r\n\r\n{}`]);
    expect(heard).toStartWith("HTTP/1.1 408 ");
  });

  test("refuses more bodies at once than it may read, and reads again when one is done", async () => {
    const port = await echo({ timeoutMs: 30_000 });
    const before = heads;
    const slow = [1, 2].map(() =>
      connect(port, "127.0.0.1", function (this: { write(text: string): void }) {
        this.write(`${POST}Content-Length: 2\r\n\r\n{`);
      }),
    );
    const post = async () => (await fetch(`http://127.0.0.1:${port}/a`, { method: "POST", body: "x" })).status;
    await waitFor("both heads to be read", () => heads === before + 2);
    expect(await post()).toBe(503);
    slow[0]?.write("}");
    await waitFor("room for one", async () => (await post()) === 200);
    for (const socket of slow) socket.destroy();
  });

  test("has a port of its own, and closes its connections with it", async () => {
    const [one, other] = [await echo(), await echo()];
    expect(one).not.toBe(other);
    const waiting = sendRaw(one, [`${POST}Content-Length: 2\r\n\r\n{`]);
    await sendRaw(one, [`${POST}Content-Length: 0\r\n\r\n`]);
    open.shift()?.close();
    expect(await waiting).toBe("");
    expect(fetch(`http://127.0.0.1:${one}/`)).rejects.toThrow();
  });
});
