import { describe, expect, test } from "bun:test";
import { isCollector, metricsUrl } from "../../../src/core/telemetry/collector.ts";
import { type Measured, metricsOf } from "../../../src/core/telemetry/metrics.ts";

const CALL: Measured = {
  ...{ kind: "tick", runner: "mine", model: undefined, startMs: 1_795_362_000_123.7, endMs: 1_795_362_001_000 },
  source: "unknown",
};

// biome-ignore lint/suspicious/noExplicitAny: what is in an export is what is tested
const metrics = (...calls: Measured[]): any[] =>
  JSON.parse(JSON.stringify(metricsOf(calls, "1.2.3"))).resourceMetrics[0].scopeMetrics[0].metrics;

// biome-ignore lint/suspicious/noExplicitAny: see above
const bucketOf = (point: any) => {
  const at = point.bucketCounts.indexOf("1");
  return [point.explicitBounds[at - 1], point.explicitBounds[at]];
};

describe("metricsOf()", () => {
  test.each([
    [0, [undefined, 1]],
    [1, [undefined, 1]],
    [2, [1, 4]],
    [4_096, [1_024, 4_096]],
    [4_097, [4_096, 16_384]],
    [67_108_865, [67_108_864, undefined]],
  ])("puts %d tokens between %j", (tokensIn, bounds) => {
    const [point] = metrics({ ...CALL, tokensIn })[0].histogram.dataPoints;
    expect(bucketOf(point)).toEqual(bounds);
    expect(point).toMatchObject({ count: "1", sum: tokensIn, min: tokensIn, max: tokensIn });
    expect(point.bucketCounts).toHaveLength(point.explicitBounds.length + 1);
  });

  test("has the bounds in seconds that the conventions advise", () => {
    const [point] = metrics({ ...CALL, tookMs: 3_000 })[0].histogram.dataPoints;
    expect(point.explicitBounds).toEqual([
      0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
    ]);
    expect(bucketOf(point)).toEqual([2.56, 5.12]);
  });

  test("leaves unknown figures out instead of exporting zero", () => {
    expect(metrics(CALL)).toEqual([]);
    expect(metrics({ ...CALL, tookMs: 5 }).map(({ name }) => name)).toEqual(["gen_ai.client.operation.duration"]);
  });

  test("has times as texts of whole nanoseconds", () => {
    const [point] = metrics({ ...CALL, tookMs: 5 })[0].histogram.dataPoints;
    expect(point).toMatchObject({ startTimeUnixNano: "1795362000123000000", timeUnixNano: "1795362001000000000" });
  });

  test.each([
    ["pi", "anthropic/claude-sonnet-4-5", "anthropic"],
    ["pi", "gpt-5", "openai"],
    ["codex", undefined, "openai"],
    ["claude", undefined, "anthropic"],
    ["mine", "gemini-3", "gcp.gemini"],
    ["mine", undefined, "mine"],
  ])("takes runner %s with model %s for one of %s", (runner, model, provider) => {
    const [point] = metrics({ ...CALL, tookMs: 5, runner, model })[0].histogram.dataPoints;
    expect(point.attributes).toContainEqual({ key: "gen_ai.provider.name", value: { stringValue: provider } });
  });
});

describe("isCollector()", () => {
  test.each(["http://127.0.0.1:4318", "https://otel.example/in/", "http://[::1]:4318"])("takes %s", (text) => {
    expect(isCollector(text)).toBe(true);
  });

  test.each([
    ...["", "127.0.0.1:4318", "grpc://h:4317", "http://", "http://h:99999"],
    ...["http://h/?a=1", "http://h/#a", "http://me:word@h"],
  ])("does not take %j", (text) => {
    expect(isCollector(text)).toBe(false);
  });
});

test("metricsUrl() adds the path, whatever the address ends with", () => {
  expect(metricsUrl("http://h:1")).toBe("http://h:1/v1/metrics");
  expect(metricsUrl("http://h:1/in//")).toBe("http://h:1/in/v1/metrics");
});
