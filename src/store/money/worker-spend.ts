import * as v from "valibot";
import type { WorkerSpend } from "../../core/money/worker-spend.ts";
import type { Files } from "../../sys/sys.ts";
import { readTextPart } from "../read-text.ts";

const usd = v.pipe(v.number(), v.minValue(0));

const SpendFile = v.object({
  v: v.literal(1),
  runner: v.string(),
  cap_usd: v.nullable(usd),
  metered_usd: usd,
  self_usd: usd,
  highest_usd: usd,
  rows: usd,
});

/** Returns the spend in a worker's `spend.json`; undefined without a file, and when it cannot be read. */
export function readWorkerSpend(files: Files, path: string): WorkerSpend | undefined {
  if (files.stat(path) === undefined) return undefined;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), SpendFile), readTextPart(files, path, 65_536));
  if (!parsed.success) return undefined;
  const { runner, cap_usd, metered_usd, self_usd, highest_usd, rows } = parsed.output;
  const sums = { meteredUsd: metered_usd, selfUsd: self_usd, maxRequestUsd: highest_usd };
  return { runner, capUsd: cap_usd ?? undefined, ...sums, rows };
}

export function writeWorkerSpend(files: Files, path: string, spend: WorkerSpend): void {
  const { runner, capUsd, meteredUsd, selfUsd, maxRequestUsd, rows } = spend;
  const sums = { metered_usd: meteredUsd, self_usd: selfUsd, highest_usd: maxRequestUsd };
  files.jot(path, `${JSON.stringify({ v: 1, runner, cap_usd: capUsd ?? null, ...sums, rows })}\n`);
}
