import type { Config } from "../../core/config/config.ts";
import { expected } from "../../core/error.ts";
import { metricsUrl } from "../../core/telemetry/collector.ts";
import type { Measured } from "../../core/telemetry/metrics.ts";
import { VERSION } from "../version.ts";

/** How long a collector may take, in milliseconds, and how many exports may be on their way to it. */
const PATIENCE_MS = 2_000;
const ON_THEIR_WAY = 8;

/**
 * What exports calls to the collector that the config names, if it names one. Nobody waits for it, and it fails nothing: of
 * failures that follow each other the first is told.
 */
export function metricsExport(
  config: () => Promise<Pick<Config, "otlp">>,
  tell: (failure: string) => void,
): (calls: readonly Measured[]) => void {
  let isTold = false;
  let underWay = 0;
  const fail = (why: string) => {
    if (isTold) return;
    isTold = true;
    try {
      tell(why);
    } catch (error) {
      // A disk that is full, most likely: whoever books the call meets it too, and says so.
      expected(error);
    }
  };
  const send = async (otlp: string, calls: readonly Measured[]) => {
    const [{ metricsOf }, { postJson }] = await Promise.all([
      import("../../core/telemetry/metrics.ts"),
      import("../../sys/net/post.ts"),
    ]);
    await postJson(metricsUrl(otlp), metricsOf(calls, VERSION), PATIENCE_MS);
    isTold = false;
  };
  return (calls) => {
    if (underWay >= ON_THEIR_WAY) return fail("the collector is too slow: some are not sent");
    underWay++;
    void config()
      .then(({ otlp }) => (otlp === undefined ? undefined : send(otlp, calls)))
      .catch((error: unknown) => {
        expected(error);
        fail(error.message);
      })
      .finally(() => underWay--);
  };
}
