import type { Config } from "../../core/config/config.ts";
import { expected } from "../../core/error.ts";
import { metricsUrl } from "../../core/telemetry/collector.ts";
import type { Measured } from "../../core/telemetry/metrics.ts";
import { VERSION } from "../version.ts";

/** The time a collector has for an export, in milliseconds. */
const TIMEOUT_MS = 2_000;

/** The most exports in flight. */
const MAX_IN_FLIGHT = 8;

/**
 * Returns a function that exports calls to the collector in the config, if there is one. It returns at once and never
 * throws; of consecutive failures only the first is reported to `tell`.
 */
export function metricsExport(
  config: () => Promise<Pick<Config, "otlp">>,
  tell: (failure: string) => void,
): (calls: readonly Measured[]) => void {
  let isReported = false;
  let inFlight = 0;
  const fail = (why: string) => {
    if (isReported) return;
    isReported = true;
    try {
      tell(why);
    } catch (error) {
      // Most likely a full disk, which recording the call reports too.
      expected(error);
    }
  };
  const send = async (otlp: string, calls: readonly Measured[]) => {
    const { metricsOf } = await import("../../core/telemetry/metrics.ts");
    const { postJson } = await import("../../sys/net/post.ts");
    await postJson(metricsUrl(otlp), metricsOf(calls, VERSION), TIMEOUT_MS);
    isReported = false;
  };
  return (calls) => {
    if (inFlight >= MAX_IN_FLIGHT) return fail("the collector is too slow: some are not sent");
    inFlight++;
    void config()
      .then(({ otlp }) => (otlp === undefined ? undefined : send(otlp, calls)))
      .catch((error: unknown) => {
        expected(error);
        fail(error.message);
      })
      .finally(() => inFlight--);
  };
}
