import { utf8 } from "../text.ts";

/** One request of HTTP/1.1, as far as an exporter of telemetry makes them. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

export type HttpRead =
  | { readonly kind: "request"; readonly request: HttpRequest }
  /** What cannot be answered otherwise; the connection is of no use any more. */
  | { readonly kind: "refused"; readonly status: number; readonly why: string };

export interface HttpLimits {
  readonly headBytes: number;
  readonly bodyBytes: number;
}

const LINE = bytesOf("\r\n");
const BLANK = bytesOf("\r\n\r\n");

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Cuts a connection's bytes into requests, in bounded memory: what is too large is refused before it is kept. */
export class HttpReader {
  readonly #limits: HttpLimits;
  #kept = new Uint8Array(0);
  #head: { readonly request: Omit<HttpRequest, "body">; readonly length: number | "chunked" } | undefined;
  #chunks: Uint8Array[] = [];
  #chunkBytes = 0;
  #isOver = false;

  constructor(limits: HttpLimits) {
    this.#limits = limits;
  }

  /** The next piece; what it completes, in order. */
  push(bytes: Uint8Array): HttpRead[] {
    if (this.#isOver) return [];
    this.#kept = joined(this.#kept, bytes);
    const done: HttpRead[] = [];
    for (;;) {
      const read = this.#head === undefined ? this.#readHead() : this.#readBody();
      if (read === undefined) return done;
      if (read === "more") continue;
      done.push(read);
      if (read.kind !== "refused") continue;
      this.#isOver = true;
      return done;
    }
  }

  #readHead(): HttpRead | "more" | undefined {
    const end = find(this.#kept, BLANK);
    if (end < 0) {
      return this.#kept.length > this.#limits.headBytes ? refused(431, "the headers are too long") : undefined;
    }
    if (end > this.#limits.headBytes) return refused(431, "the headers are too long");
    const [first = "", ...lines] = utf8(this.#kept.subarray(0, end)).split("\r\n");
    this.#kept = this.#kept.slice(end + BLANK.length);
    const [, method, path] = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/.exec(first) ?? [];
    if (method === undefined || path === undefined) return refused(400, "this is no HTTP request");
    const headers = new Map(lines.map((line) => headerOf(line)));
    const length = headers.get("transfer-encoding")?.toLowerCase() === "chunked" ? "chunked" : lengthOf(headers);
    if (length === undefined) return refused(400, "its length cannot be told");
    if (length !== "chunked" && length > this.#limits.bodyBytes) return refused(413, "the body is too long");
    this.#head = { request: { method, path, headers }, length };
    return "more";
  }

  #readBody(): HttpRead | "more" | undefined {
    if (this.#head === undefined) return undefined;
    const { request, length } = this.#head;
    if (length === "chunked") return this.#readChunk(request);
    if (this.#kept.length < length) return undefined;
    const body = this.#kept.slice(0, length);
    this.#kept = this.#kept.slice(length);
    return this.#finish(request, body);
  }

  #readChunk(request: Omit<HttpRequest, "body">): HttpRead | "more" | undefined {
    const end = find(this.#kept, LINE);
    if (end < 0) return this.#kept.length > 1_024 ? refused(400, "a chunk has no length") : undefined;
    const size = /^([0-9a-f]{1,8})(?:;.*)?$/i.exec(utf8(this.#kept.subarray(0, end)))?.[1];
    if (size === undefined) return refused(400, "a chunk has no length");
    const length = Number.parseInt(size, 16);
    if (this.#chunkBytes + length > this.#limits.bodyBytes) return refused(413, "the body is too long");
    const from = end + LINE.length;
    if (this.#kept.length < from + length + LINE.length) return undefined;
    if (length > 0) this.#chunks.push(this.#kept.slice(from, from + length));
    this.#chunkBytes += length;
    this.#kept = this.#kept.slice(from + length + LINE.length);
    if (length > 0) return "more";
    return this.#finish(request, this.#chunks.reduce(joined, new Uint8Array(0)));
  }

  #finish(request: Omit<HttpRequest, "body">, body: Uint8Array): HttpRead {
    this.#head = undefined;
    this.#chunks = [];
    this.#chunkBytes = 0;
    return { kind: "request", request: { ...request, body } };
  }
}

function refused(status: number, why: string): HttpRead {
  return { kind: "refused", status, why };
}

function headerOf(line: string): [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, Math.max(0, colon)).trim().toLowerCase(), line.slice(colon + 1).trim()];
}

function lengthOf(headers: ReadonlyMap<string, string>): number | undefined {
  const text = headers.get("content-length") ?? "0";
  return /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
}

function find(bytes: Uint8Array, what: Uint8Array): number {
  const [first = 0] = what;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (what.every((byte, offset) => bytes[at + offset] === byte)) return at;
  }
  return -1;
}

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  431: "Request Header Fields Too Large",
};

/** An answer, whole. One that refuses ends the connection. */
export function httpAnswer(status: number, body: string): string {
  const close = status === 200 ? "" : "connection: close\r\n";
  const length = new TextEncoder().encode(body).length;
  const head = `HTTP/1.1 ${status} ${REASONS[status] ?? "Error"}\r\ncontent-type: application/json\r\n`;
  return `${head}content-length: ${length}\r\n${close}\r\n${body}`;
}
