import type { Metered } from "../../core/money/call.ts";
import { modelIn, type Prices, priceOf, priceOfRunner, tokensUsd } from "../../core/money/prices.ts";
import { withRequest } from "../../core/money/worker-spend.ts";
import type { ReportedRequest } from "../../core/telemetry/agent-export.ts";
import type { Measured } from "../../core/telemetry/metrics.ts";
import { recordCall } from "../../store/money/ledger.ts";
import type { BudgetDeps } from "../../store/money/reserve.ts";
import { recordWorkerCall } from "../../store/money/worker-call.ts";

/** The worker whose agents made the requests. */
export interface RequestSource {
  readonly call: Metered;
  /** Shell text of its command. */
  readonly command: string;
  /** The path of its spend record. */
  readonly path: string;
}

/** Books each reported request as a row of the ledger, and returns what to export of them. */
export async function bookRequests(
  deps: BudgetDeps,
  source: RequestSource,
  reports: readonly ReportedRequest[],
  prices: Prices,
): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const report of reports) measured.push(await bookRequest(deps, source, report, prices));
  return measured;
}

async function bookRequest(
  deps: BudgetDeps,
  { call, command, path }: RequestSource,
  report: ReportedRequest,
  prices: Prices,
): Promise<Measured> {
  const costUsd = report.costUsd ?? estimateUsd(report, call.runner, command, prices);
  const source = costUsd === undefined ? "unknown" : report.costUsd === undefined ? "estimated" : "measured";
  const { input, output, cacheRead = 0, cacheWrite = 0 } = report.tokens;
  const row = { ...call, tokensIn: input + cacheRead + cacheWrite, tokensOut: output, source } as const;
  const isBooked = await recordWorkerCall(deps, path, row, (spend) => withRequest(spend, costUsd));
  const atMs = deps.clock.now();
  // Without a spend record (its folder was removed) the money is spent all the same.
  if (!isBooked) recordCall(deps.files, deps.paths, { ...row, costUsd }, atMs);
  return { ...row, model: report.model ?? modelIn(command), costUsd, startMs: atMs, endMs: atMs };
}

function estimateUsd(
  { model, tokens }: ReportedRequest,
  runner: string,
  command: string,
  prices: Prices,
): number | undefined {
  const price = (model === undefined ? undefined : priceOf(model, prices)) ?? priceOfRunner(runner, command, prices);
  const all = tokens.input + tokens.output + (tokens.cacheRead ?? 0) + (tokens.cacheWrite ?? 0);
  return price === undefined || all === 0 ? undefined : tokensUsd(price, tokens);
}
