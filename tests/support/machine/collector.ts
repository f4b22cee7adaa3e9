/** An OpenTelemetry collector on loopback, which keeps what it is sent. */
import { onTestFinished } from "bun:test";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** One data point, its attributes and those of its metric in plain words. */
export interface Point {
  readonly metric: string;
  readonly unit: string;
  /** 1 is delta. */
  readonly temporality: number;
  readonly attributes: Readonly<Record<string, string>>;
  /** Of a histogram the sum of its one value. */
  readonly value: number;
  readonly startMs: number;
  readonly endMs: number;
}

export interface Collector {
  readonly url: string;
  /** The path of each request, in order. */
  readonly paths: readonly string[];
  /** Each body as it came. */
  readonly bodies: readonly string[];
  points(): Point[];
}

/** Collects until the test ends: answers with `status`, or never. */
export async function collect(status: number | "never" = 200): Promise<Collector> {
  const paths: string[] = [];
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    paths.push(`${request.method} ${request.url} ${request.headers["content-type"]}`);
    bodies.push(body);
    if (status !== "never") response.writeHead(status, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, paths, bodies, points: () => bodies.flatMap((body) => pointsOf(JSON.parse(body))) };
}

// biome-ignore lint/suspicious/noExplicitAny: what is in an export is what is tested
function pointsOf(body: any): Point[] {
  // biome-ignore lint/suspicious/noExplicitAny: see above
  return body.resourceMetrics[0].scopeMetrics[0].metrics.flatMap((metric: any) => {
    const { dataPoints, aggregationTemporality: temporality } = metric.sum ?? metric.histogram;
    // biome-ignore lint/suspicious/noExplicitAny: see above
    return dataPoints.map((point: any) => ({
      ...{ metric: metric.name, unit: metric.unit, temporality },
      attributes: Object.fromEntries(
        point.attributes.map((it: { key: string; value: { stringValue: string } }) => [it.key, it.value.stringValue]),
      ),
      value: point.asDouble ?? point.sum,
      ...{ startMs: Number(point.startTimeUnixNano) / 1e6, endMs: Number(point.timeUnixNano) / 1e6 },
    }));
  });
}
