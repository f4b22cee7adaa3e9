import { isRecord } from "../json.ts";
import { isUsd } from "../money/call.ts";
import type { Tokens } from "../money/prices.ts";

/** One request that an agent reports by OpenTelemetry. Nothing else of what it sends is looked at. */
export interface ReportedRequest {
  /** Undefined when it says none, or none that can be meant. */
  readonly costUsd: number | undefined;
  readonly model: string | undefined;
  readonly tokens: Tokens;
  /** Tells a record that comes twice, as after an export that was tried again. */
  readonly key: string;
}

/** Most records read of one export: agents send a handful, and batch 512 at most by custom. */
const RECORDS = 2_048;

/** The requests in an export of logs (OTLP as JSON), in order. What is of another shape is nothing. */
export function readExport(value: unknown): ReportedRequest[] {
  const records = items(value, "resourceLogs")
    .flatMap((resource) => items(resource, "scopeLogs"))
    .flatMap((scope) => items(scope, "logRecords"));
  return records.slice(0, RECORDS).flatMap((record) => reportedIn(record) ?? []);
}

function reportedIn(record: unknown): ReportedRequest | undefined {
  if (!isRecord(record)) return undefined;
  const facts = factsOf(record["attributes"]);
  const { body } = record;
  const said = isRecord(body) ? body["stringValue"] : undefined;
  // codex says it only in an attribute, claude also in the body.
  const name = String(facts("event.name") ?? said ?? "");
  const times = [record["timeUnixNano"], record["observedTimeUnixNano"], facts("event.timestamp")];
  const key = [...times, facts("event.sequence"), facts("request_id"), facts("cost_usd")].join(" ");
  const common = { model: nonEmptyString(facts("model")), key: `${name} ${key}` };
  if (/^(?:claude_code\.)?api_request$/.test(name)) return { ...common, ...claude(facts) };
  // It reports each response twice, once without its tokens.
  const isCodex = name === "codex.sse_event" && facts("event.kind") === "response.completed";
  if (isCodex && facts("input_token_count") !== undefined) return { ...common, ...codex(facts) };
  return undefined;
}

type Facts = (key: string) => unknown;

function claude(facts: Facts): Pick<ReportedRequest, "costUsd" | "tokens"> {
  const costUsd = numberOf(facts("cost_usd"));
  const tokens = {
    input: count(facts("input_tokens")),
    output: count(facts("output_tokens")),
    cacheRead: count(facts("cache_read_tokens")),
    cacheWrite: count(facts("cache_creation_tokens")),
  };
  return { costUsd: isUsd(costUsd) ? costUsd : undefined, tokens };
}

/** Its input includes what came from the cache. It says no money. */
function codex(facts: Facts): Pick<ReportedRequest, "costUsd" | "tokens"> {
  const cacheRead = count(facts("cached_token_count"));
  const cacheWrite = count(facts("cache_write_token_count"));
  const input = Math.max(0, count(facts("input_token_count")) - cacheRead - cacheWrite);
  return { costUsd: undefined, tokens: { input, cacheRead, cacheWrite, output: count(facts("output_token_count")) } };
}

function items(value: unknown, key: string): readonly unknown[] {
  const list = isRecord(value) ? value[key] : undefined;
  return Array.isArray(list) ? list : [];
}

/** Attributes by name; each value in whichever of the four ways it may be written. */
function factsOf(attributes: unknown): Facts {
  const list = Array.isArray(attributes) ? attributes : [];
  return (key) => {
    const value = list.find((it) => isRecord(it) && it["key"] === key)?.value;
    if (!isRecord(value)) return undefined;
    return value["stringValue"] ?? value["intValue"] ?? value["doubleValue"];
  };
}

function nonEmptyString(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, 200) : undefined;
}

/** 64-bit integers are texts in JSON, and some agents write every figure as one. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+(\.\d+)?(e-?\d+)?$/i.test(value) ? Number(value) : undefined;
}

function count(value: unknown): number {
  const number = numberOf(value) ?? 0;
  return number > 0 && number < Number.MAX_SAFE_INTEGER ? Math.trunc(number) : 0;
}

/** The sh text that switches an agent's own telemetry to `endpoint`, unless the person has settings of their own. */
export function telemetryScript(endpoint: string): string {
  const claude = {
    CLAUDE_CODE_ENABLE_TELEMETRY: "1",
    OTEL_METRICS_EXPORTER: "otlp",
    OTEL_LOGS_EXPORTER: "otlp",
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_METRIC_EXPORT_INTERVAL: "10000",
    OTEL_LOGS_EXPORT_INTERVAL: "500",
  };
  const exporter = `otel.exporter={"otlp-http"={endpoint="${endpoint}/v1/logs",protocol="json"}}`;
  return `# What this worker spends is told to its own supervisor, and to nobody else. Written by looop.
if [ -z "\${!OTEL_@}\${CLAUDE_CODE_ENABLE_TELEMETRY-}" ]; then
${Object.entries(claude)
  .map(([key, value]) => `  export ${key}='${value}'`)
  .join("\n")}
fi
codex() {
  if grep -qs '^[[:space:]]*\\[*otel' "\${CODEX_HOME:-$HOME/.codex}/config.toml"; then
    command codex "$@"
  else
    command codex -c '${exporter}' "$@"
  fi
}
`;
}
