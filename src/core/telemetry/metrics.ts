import type { Source } from "../money/call.ts";
import { KINDS } from "../runner/built-in.ts";

/** The exported data of a model call: figures and names from the config, never prompts or answers. */
export interface Measured {
  readonly kind: string;
  readonly runner: string;
  readonly model: string | undefined;
  readonly startMs: number;
  readonly endMs: number;
  /** Undefined when it was not timed. */
  readonly tookMs?: number | undefined;
  readonly tokensIn?: number | undefined;
  readonly tokensOut?: number | undefined;
  /** Undefined when unknown: then no cost is exported. */
  readonly costUsd?: number | undefined;
  readonly source: Source;
  /** The kind of failure, as one word. */
  readonly error?: string | undefined;
}

/** The bounds that OpenTelemetry's GenAI conventions advise: powers of four, and of two. */
const TOKEN_BOUNDS = Array.from({ length: 14 }, (_, power) => 4 ** power);
const SECOND_BOUNDS = Array.from({ length: 14 }, (_, power) => 2 ** power / 100);

/** Delta temporality: each export holds only what is new since the last one. */
const DELTA = 1;

/** Returns an export of metrics (OTLP as JSON) about `calls`, from release `version` of looop. */
export function metricsOf(calls: readonly Measured[], version: string): object {
  const metrics = [
    histogram("gen_ai.client.token.usage", "{token}", calls.flatMap(tokenPoints)),
    histogram("gen_ai.client.operation.duration", "s", calls.flatMap(durationPoint)),
    {
      ...{ name: "looop.cost.usd", unit: "{USD}" },
      sum: { dataPoints: calls.flatMap(costPoint), aggregationTemporality: DELTA, isMonotonic: true },
    },
  ].filter((metric) => ("sum" in metric ? metric.sum : metric.histogram).dataPoints.length > 0);
  const names = attributes({ "service.name": "looop", "service.version": version });
  const scope = { name: "looop", version };
  return { resourceMetrics: [{ resource: { attributes: names }, scopeMetrics: [{ scope, metrics }] }] };
}

function histogram(name: string, unit: string, dataPoints: readonly object[]) {
  return { name, unit, histogram: { dataPoints, aggregationTemporality: DELTA } };
}

function tokenPoints(call: Measured): object[] {
  const counts = [
    ["input", call.tokensIn],
    ["output", call.tokensOut],
  ] as const;
  return counts.flatMap(([type, count]) =>
    count === undefined ? [] : [one(call, count, TOKEN_BOUNDS, { "gen_ai.token.type": type })],
  );
}

function durationPoint(call: Measured): object[] {
  if (call.tookMs === undefined) return [];
  return [one(call, call.tookMs / 1_000, SECOND_BOUNDS, call.error === undefined ? {} : { "error.type": call.error })];
}

function costPoint(call: Measured): object[] {
  if (call.costUsd === undefined) return [];
  return [{ ...about(call, { "looop.cost.source": call.source }), asDouble: call.costUsd }];
}

/** Returns a histogram of one value. A value on a bound belongs to the bucket below it. */
function one(call: Measured, value: number, explicitBounds: readonly number[], more: Record<string, string>): object {
  const bucket = explicitBounds.filter((bound) => bound < value).length;
  const bucketCounts = Array.from({ length: explicitBounds.length + 1 }, (_, at) => (at === bucket ? "1" : "0"));
  return { ...about(call, more), count: "1", sum: value, min: value, max: value, explicitBounds, bucketCounts };
}

function about({ kind, runner, model, startMs, endMs }: Measured, more: Record<string, string>) {
  return {
    attributes: attributes({
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.provider.name": providerOf(runner, model),
      ...(model === undefined ? {} : { "gen_ai.request.model": model }),
      ...{ "looop.runner": runner, "looop.kind": kind, ...more },
    }),
    startTimeUnixNano: nanoseconds(startMs),
    timeUnixNano: nanoseconds(endMs),
  };
}

const PROVIDERS: readonly (readonly [RegExp, string])[] = [
  [/claude|anthropic/i, "anthropic"],
  [/gpt|openai/i, "openai"],
  [/gemini/i, "gcp.gemini"],
];

/** Returns the provider of the model, else of the runner, else the runner's name. */
function providerOf(runner: string, model: string | undefined): string {
  return (model === undefined ? undefined : knownProvider(model)) ?? knownProvider(runner) ?? runner;
}

function knownProvider(name: string): string | undefined {
  const lower = name.toLowerCase();
  const kind = KINDS.find(({ name, provider }) => provider !== undefined && lower.includes(name));
  return PROVIDERS.find(([pattern]) => pattern.test(name))?.[1] ?? kind?.provider;
}

function attributes(values: Readonly<Record<string, string>>): object[] {
  return Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}

/** A text: as a number it would not be exact. */
const nanoseconds = (ms: number) => `${Math.trunc(ms)}000000`;
