import { parseJson } from "../../core/json.ts";
import { type ReportedRequest, readExport } from "../../core/telemetry/agent-export.ts";
import { utf8 } from "../../core/text.ts";
import type { Serve } from "../../sys/sys.ts";

export interface TelemetryDeps {
  readonly serve: Serve;
  /** Returns an unguessable token. */
  secret(): string;
}

/** Far more than agents send: a few kilobytes with each of their requests. */
const LIMITS = { bodyBytes: 1_048_576, requests: 8, bytesPerSecond: 1_048_576, timeoutMs: 60_000 };

/** The number of record keys that are remembered, so that an export that an agent sends again is not counted twice. */
const REMEMBERED = 512;

/** Listens for what a worker's agents spend. Returns the endpoint, and a function that stops listening. */
export async function listenForTelemetry(
  deps: TelemetryDeps,
  onReport: (reports: readonly ReportedRequest[]) => void,
): Promise<{ readonly endpoint: string; close(): void }> {
  const secret = deps.secret();
  const seen = new Set<string>();
  const take = (reports: readonly ReportedRequest[]) => {
    const fresh = reports.filter(({ key }) => !seen.has(key));
    for (const { key } of fresh) seen.add(key);
    for (const key of [...seen].slice(0, Math.max(0, seen.size - REMEMBERED))) seen.delete(key);
    if (fresh.length > 0) onReport(fresh);
  };
  const { port, close } = await deps.serve(LIMITS, {
    refuse: (request) => refuse(request, secret),
    answer: (request, body) => answer(request, body, secret, take),
  });
  return { endpoint: `http://127.0.0.1:${port}/${secret}`, close };
}

/** Accepts POSTs of uncompressed JSON below the secret path. */
function refuse({ method, url, headers }: Request, secret: string): Response | undefined {
  if (!new URL(url).pathname.startsWith(`/${secret}/v1/`)) return refused(404, "there is nothing here");
  if (method !== "POST") return refused(405, "exports are posted");
  if (!/^application\/json\b/i.test(headers.get("content-type") ?? "")) {
    return refused(415, "only OTLP as JSON is understood: set OTEL_EXPORTER_OTLP_PROTOCOL=http/json");
  }
  if (!["", "identity"].includes(headers.get("content-encoding") ?? "")) {
    return refused(415, "only uncompressed exports are understood");
  }
  return undefined;
}

/** Reads only exports of logs, and of those only what a request cost. Everything else that an agent sends is dropped. */
function answer(
  { url }: Request,
  body: Uint8Array,
  secret: string,
  take: (reports: readonly ReportedRequest[]) => void,
): Response {
  if (new URL(url).pathname !== `/${secret}/v1/logs`) return Response.json({});
  const value = parseJson(utf8(body));
  if (value === undefined) return refused(400, "this is not JSON");
  take(readExport(value));
  return Response.json({});
}

function refused(status: number, message: string): Response {
  return Response.json({ message }, { status });
}
