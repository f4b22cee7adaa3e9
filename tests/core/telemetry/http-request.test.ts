import { describe, expect, test } from "bun:test";
import { HttpReader, httpAnswer } from "../../../src/core/telemetry/http-request.ts";
import { bytesOf, utf8 } from "../../../src/core/text.ts";

const LIMITS = { headBytes: 200, bodyBytes: 50 };
const POST = "POST /a/v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

/** What is read, given in pieces of so many bytes. */
function read(text: string, pieceBytes = text.length) {
  const reader = new HttpReader(LIMITS);
  const bytes = bytesOf(text);
  const all = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) all.push(...reader.push(bytes.subarray(at, at + pieceBytes)));
  return all.map((it) =>
    it.kind === "refused" ? it.status : `${it.request.method} ${it.request.path} ${utf8(it.request.body)}`,
  );
}

describe("HttpReader", () => {
  const cases: [title: string, text: string, want: (string | number)[]][] = [
    ["reads a body of a known length", `${POST}Content-Length: 2\r\n\r\n{}`, ["POST /a/v1/logs {}"]],
    [
      "reads one in chunks",
      `${POST}Transfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n3;x=y\r\n":1\r\n1\r\n}\r\n0\r\n\r\n`,
      ['POST /a/v1/logs {"a":1}'],
    ],
    [
      "reads one request after another",
      `GET / HTTP/1.1\r\n\r\n${POST}Content-Length: 2\r\n\r\n{}`,
      ["GET / ", "POST /a/v1/logs {}"],
    ],
    ["refuses a body that is too long before it has come", `${POST}Content-Length: 51\r\n\r\n`, [413]],
    ["refuses chunks that become too long", `${POST}Transfer-Encoding: chunked\r\n\r\nffffff\r\n`, [413]],
    ["refuses headers that do not end", `${POST}${"a".repeat(300)}`, [431]],
    ["refuses what is no request", "hello\r\n\r\n", [400]],
    ["refuses a length that is none", `${POST}Content-Length: -1\r\n\r\n`, [400]],
    ["refuses a chunk without a length", `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, [400]],
    ["waits for the rest", `${POST}Content-Length: 5\r\n\r\n{}`, []],
  ];
  test.each(cases)("%s", (_title, text, want) => {
    expect(read(text)).toEqual(want);
    expect(read(text, 1)).toEqual(want);
    expect(read(text, 7)).toEqual(want);
  });
});

test("httpAnswer() ends the connection when it refuses", () => {
  expect(httpAnswer(200, "{}")).toBe(
    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
  );
  expect(httpAnswer(404, "")).toContain("HTTP/1.1 404 Not Found\r\n");
  expect(httpAnswer(404, "")).toContain("connection: close\r\n");
});
