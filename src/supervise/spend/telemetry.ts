import { parseJson } from "../../core/json.ts";
import { type ReportedRequest, readExport } from "../../core/telemetry/agent-export.ts";
import { HttpReader, type HttpRequest, httpAnswer } from "../../core/telemetry/http-request.ts";
import { bytesOf, utf8 } from "../../core/text.ts";
import type { Clock, Connection } from "../../sys/sys.ts";

export interface TelemetryDeps {
  readonly clock: Clock;
  /** Listens on loopback only. */
  listen(onConnection: (connection: Connection) => void): Promise<{ readonly port: number; close(): void }>;
  /** A word that nobody can guess. */
  secret(): string;
}

/** What one worker's telemetry may take: its agents send a few kilobytes with each request they make. */
const LIMITS = { headBytes: 16_384, bodyBytes: 1_048_576 };
const CONNECTIONS = 8;

/** How long a connection may take for its first request, and idle, in milliseconds. */
const PATIENCE_MS = 60_000;

/** How long one that was refused may take for the answer, in milliseconds: it keeps others out. */
const FAREWELL_MS = 1_000;

/** How much is read of one connection in a second, in bytes: a flood waits in its own sender. */
const BYTES_PER_SECOND = 1_048_576;

/** How many records are remembered, so that an export that is tried again is not counted again. */
const REMEMBERED = 512;

/** Listens for what a worker's agents spend. Returns where, and what stops it. */
export async function listenForTelemetry(
  edge: TelemetryDeps,
  onReport: (reports: readonly ReportedRequest[]) => void,
): Promise<{ readonly endpoint: string; close(): void }> {
  const secret = edge.secret();
  const open = new Set<Connection>();
  const seen = new Set<string>();
  const take = (reports: readonly ReportedRequest[]) => {
    const fresh = reports.filter(({ key }) => !seen.has(key));
    for (const { key } of fresh) seen.add(key);
    for (const key of [...seen].slice(0, Math.max(0, seen.size - REMEMBERED))) seen.delete(key);
    if (fresh.length > 0) onReport(fresh);
  };
  const { port, close } = await edge.listen((connection) => {
    if (open.size >= CONNECTIONS) return connection.destroy();
    open.add(connection);
    serve(
      edge.clock,
      connection,
      (request) => answer(request, secret, take),
      () => open.delete(connection),
    );
  });
  return {
    endpoint: `http://127.0.0.1:${port}/${secret}`,
    close: () => {
      close();
      for (const connection of open) connection.destroy();
    },
  };
}

function serve(
  clock: Clock,
  connection: Connection,
  onRequest: (request: HttpRequest) => string,
  onClose: () => void,
): void {
  const reader = new HttpReader(LIMITS);
  let idle = new AbortController();
  const wait = (ms = PATIENCE_MS) => {
    idle.abort();
    const now = new AbortController();
    idle = now;
    void clock.sleep(ms, now.signal).then(() => now.signal.aborted || connection.destroy());
  };
  wait();
  connection.on({
    onData: (bytes) => {
      wait();
      for (const read of reader.push(bytes)) {
        if (read.kind === "refused") {
          connection.write(bytesOf(httpAnswer(read.status, JSON.stringify({ message: read.why }))));
          connection.end();
          connection.pause(); // it may say more, but nobody listens
          return wait(FAREWELL_MS);
        }
        connection.write(bytesOf(onRequest(read.request)));
      }
      connection.pause();
      void clock.sleep((bytes.length / BYTES_PER_SECOND) * 1_000).then(() => connection.resume());
    },
    onEnd: () => connection.end(),
    onClose: () => {
      idle.abort();
      onClose();
    },
  });
}

/** Only exports of logs are read, and of those only what a request cost; all else that an agent sends is dropped. */
function answer(request: HttpRequest, secret: string, take: (reports: readonly ReportedRequest[]) => void): string {
  const { method, path, headers, body } = request;
  const refuse = (status: number, message: string) => httpAnswer(status, JSON.stringify({ message }));
  if (!path.startsWith(`/${secret}/v1/`)) return refuse(404, "there is nothing here");
  if (method !== "POST") return refuse(405, "exports are posted");
  if (!/^application\/json\b/i.test(headers.get("content-type") ?? "")) {
    return refuse(415, "only OTLP as JSON is understood: set OTEL_EXPORTER_OTLP_PROTOCOL=http/json");
  }
  if (!["", "identity"].includes(headers.get("content-encoding") ?? "")) {
    return refuse(415, "only what is not compressed is understood");
  }
  if (path !== `/${secret}/v1/logs`) return httpAnswer(200, "{}");
  const value = parseJson(utf8(body));
  if (value === undefined) return refuse(400, "this is no JSON");
  take(readExport(value));
  return httpAnswer(200, "{}");
}
