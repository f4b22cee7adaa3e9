/** What a client may send to the HTTP server of a supervisor: the real one, on loopback. */
import fc from "fast-check";
import { serve } from "../../src/sys/net/serve.ts";
import { fuzzAsync, hostileBytes, hostileText } from "../support/faults/count-fuzz.ts";
import { sendRaw } from "../support/session/raw-http.ts";

const BODY_BYTES = 200;
const LIMITS = { bodyBytes: BODY_BYTES, requests: 8, bytesPerSecond: 1e9, timeoutMs: 1_000 };

const header = fc.oneof(
  fc.constantFrom(
    "Content-Length: 3",
    "Content-Length: 0",
    "Content-Length: -1",
    "Content-Length: 3, 4",
    "Content-Length: 99999999999999999999",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip, chunked",
    "Expect: 100-continue",
    "Upgrade: websocket",
    "Host: x",
    "Host: x y",
  ),
  fc.tuple(fc.string(), hostileText).map(([name, value]) => `${name}: ${value}`),
);
const head = fc
  .tuple(
    fc.constantFrom(
      "POST /v1/logs HTTP/1.1",
      "GET * HTTP/1.0",
      "PRI * HTTP/2.0",
      "POST http://x/ HTTP/1.1",
      "\x16\x03\x01",
    ),
    fc.array(header, { maxLength: 6 }),
  )
  .map(([line, headers]) => [line, ...headers, "", ""].join("\r\n"));
const chunk = fc
  .tuple(fc.constantFrom("0", "1", "5", "ff", "ffffffffffffffff", "-1", "z"), hostileText)
  .map(([size, text]) => `${size}\r\n${text}\r\n`);

/** A request, or nothing like one; oversize now and then. */
const bytes = fc.oneof(
  fc.tuple(head, fc.oneof(hostileText, chunk)).map((parts) => parts.join("")),
  fc.tuple(head, fc.nat(40_000)).map(([text, length]) => `${text}${"x".repeat(length)}`),
  fc.nat(40_000).map((length) => `POST / HTTP/1.1\r\nA: ${"x".repeat(length)}\r\n\r\n`),
  hostileBytes,
);

fuzzAsync(
  "whatever a client sends, a body is within its limit and the next request is answered",
  fc.array(bytes, { minLength: 1, maxLength: 3 }),
  () => {
    let longest = 0;
    const server = serve(LIMITS, {
      refuse: () => undefined,
      answer: (_request, body) => {
        longest = Math.max(longest, body.length);
        return new Response("{}");
      },
    });
    return async (pieces) => {
      const { port } = await server;
      await sendRaw(port, [...pieces, "\r\n\r\nEND\r\n\r\n"], "end");
      const next = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: "{}" });
      return next.status === 200 && longest <= BODY_BYTES;
    };
  },
  5,
);
