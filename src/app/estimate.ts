import { expected } from "../core/error.ts";
import type { Call } from "../core/money/call.ts";
import { estimated, priceOfRunner } from "../core/money/prices.ts";
import { readConfig } from "../store/read-config.ts";
import type { App } from "./open.ts";

/** Returns a call of unknown cost with the price of its tokens; unchanged when the config cannot be read. */
export async function withEstimate(app: App, call: Call): Promise<Call> {
  if (call.source !== "unknown" || (call.tokensIn ?? 0) + (call.tokensOut ?? 0) === 0) return call;
  try {
    const { config } = await readConfig(app.files, app.paths());
    const runner = Object.hasOwn(config.runners, call.runner) ? config.runners[call.runner] : undefined;
    const command = (call.kind === "session" ? runner?.interactive : runner?.tick) ?? "";
    return estimated(call, priceOfRunner(call.runner, command, config.prices));
  } catch (error) {
    expected(error);
    return call;
  }
}
