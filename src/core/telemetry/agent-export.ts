import { isRecord } from "../json.ts";
import { KINDS } from "../runner/built-in.ts";
import { LogFields, type ReportedUsage } from "./log-fields.ts";

/** One request that an agent reports by OpenTelemetry. Nothing else of what it sends is read. */
export interface ReportedRequest extends ReportedUsage {
  readonly model: string | undefined;
  /** Equal for a record that comes twice, as when an export is tried again. */
  readonly key: string;
}

/** Most records read of one export: agents send a handful, and their exporters batch at most 512. */
const RECORDS = 2_048;

/** Longest name of a model that is kept, in characters. */
const MODEL_CHARS = 200;

/** Returns the requests in an export of logs (OTLP as JSON), in order. Data of another shape yields none. */
export function readExport(value: unknown): ReportedRequest[] {
  const records = items(value, "resourceLogs")
    .flatMap((resource) => items(resource, "scopeLogs"))
    .flatMap((scope) => items(scope, "logRecords"));
  return records.slice(0, RECORDS).flatMap((record) => requestIn(record) ?? []);
}

function requestIn(record: unknown): ReportedRequest | undefined {
  if (!isRecord(record)) return undefined;
  const fields = new LogFields(record["attributes"]);
  const { body } = record;
  // Some programs name the event only in an attribute, others also in the body.
  const name = String(fields.get("event.name") ?? (isRecord(body) ? body["stringValue"] : undefined) ?? "");
  for (const { telemetry } of KINDS) {
    const usage = telemetry?.usage(name, fields);
    if (usage === undefined) continue;
    const times = [record["timeUnixNano"], record["observedTimeUnixNano"], fields.get("event.timestamp")];
    const ids = ["event.sequence", "request_id", "cost_usd"].map((key) => fields.get(key));
    return { ...usage, model: modelIn(fields), key: [name, ...times, ...ids].join(" ") };
  }
  return undefined;
}

function modelIn(fields: LogFields): string | undefined {
  const model = fields.get("model");
  return typeof model === "string" && model !== "" ? model.slice(0, MODEL_CHARS) : undefined;
}

function items(value: unknown, key: string): readonly unknown[] {
  const list = isRecord(value) ? value[key] : undefined;
  return Array.isArray(list) ? list : [];
}

/** Returns the bash text that sends the telemetry of each program that has some to `endpoint`. */
export function telemetryScript(endpoint: string): string {
  const scripts = KINDS.map(({ telemetry }) => telemetry?.script(endpoint) ?? "");
  return `# What this worker spends is told to its own supervisor, and to nobody else. Written by looop.\n${scripts.join("")}`;
}
