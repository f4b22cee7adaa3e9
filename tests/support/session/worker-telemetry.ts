/** OpenTelemetry records of agents, which a test sends to a worker's supervisor. */
import type { Profile } from "../program/profile.ts";

/** Returns the address where this worker's supervisor listens, with its secret. */
export function endpointOf(me: Profile, worker = "w1"): string {
  const script = me.read(`sessions/looop-${worker}/telemetry.sh`) ?? "";
  return /OTEL_EXPORTER_OTLP_ENDPOINT='([^']+)'/.exec(script)?.[1] ?? "";
}

let serial = 0;

/** Returns the log record of one request, in claude's form. */
export function telemetryRecord(costUsd: unknown, more: Readonly<Record<string, string>> = {}) {
  const facts = { "event.name": "api_request", model: "claude-sonnet-4-5", request_id: `${serial++}`, ...more };
  const attributes = Object.entries(facts).map(([key, stringValue]) => ({ key, value: { stringValue } }));
  const cost = typeof costUsd === "number" ? { doubleValue: costUsd } : { stringValue: `${costUsd}` };
  return {
    timeUnixNano: "1",
    body: { stringValue: "claude_code.api_request" },
    attributes: [...attributes, { key: "cost_usd", value: cost }, { key: "prompt", value: { stringValue: "SECRET" } }],
  };
}

export function exportOf(...logRecords: readonly unknown[]): string {
  return JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
}

/** Posts a body, and returns the HTTP status. */
export async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<number> {
  const json = { "content-type": "application/json", ...headers };
  const answer = await fetch(url, { method: "POST", body, headers: json });
  await answer.text();
  return answer.status;
}

/** Reports one request of a worker, and returns the HTTP status. */
export function reportCost(me: Profile, costUsd: unknown, worker = "w1"): Promise<number> {
  return post(`${endpointOf(me, worker)}/v1/logs`, exportOf(telemetryRecord(costUsd)));
}
