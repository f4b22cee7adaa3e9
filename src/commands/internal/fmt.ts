import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { expected } from "../../core/error.ts";
import type { Metered } from "../../core/money/call.ts";
import { cliNames } from "../../core/runner/built-in.ts";
import { type Line, LongLines } from "../../core/stream/long-lines.ts";
import { readEvent, render } from "../../core/stream/read-event.ts";
import { UsageMeter } from "../../core/stream/usage-meter.ts";
import { bytesOf, plain } from "../../core/text.ts";
import { recordCall } from "../../store/money/ledger.ts";

export const command = defineCommand({ run: () => runFmt(openApp()) });

export const manual = {
  about: `Reads the event stream of ${cliNames("or")}; other lines pass as they are. It always exits 0.`,
  examples: [
    ["claude -p --output-format stream-json --verbose | looop _fmt", "show what claude does"],
    ["LOOOP_COST_KIND=session LOOOP_COST_ID=docs looop _fmt < stream", "also add its cost to the ledger"],
  ],
} as const;

/** Shows a runner's events from standard input as text; with LOOOP_COST_KIND it adds one row to the ledger at the end. */
export async function runFmt(app: App): Promise<void> {
  const lines = new LongLines();
  const meter = new UsageMeter();
  const show = (found: readonly Line[]) => {
    const text = found.map((line) => lineText(line, meter, app.output.colour)).join("");
    // Reads to the end even when the reader is gone: the runner must not fail because of it, and its cost counts.
    if (text !== "") app.output.raw(bytesOf(text));
  };
  await (await app.stdin()).each((bytes) => show(lines.push(bytes)));
  show(lines.end());
  await record(app, meter);
}

/** Returns the text of a line, with its newline. */
function lineText(line: Line, meter: UsageMeter, colour: boolean): string {
  switch (line.kind) {
    case "whole": {
      const event = readEvent(line.text);
      meter.add(event);
      return event.progress.map((item) => `${render(item, colour)}\n`).join("");
    }
    case "piece":
      return `${plain(line.text)}${line.isLast ? "\n" : ""}`;
    case "skipped":
      if (/"(?:message_end|result|turn\.completed|step_finish)"/.test(line.head)) meter.add({ missed: true });
      return `  (an event of ${(line.bytes / 1e6).toFixed(1)} MB is left out)\n`;
  }
}

/** Only warns when the cost cannot be written: the runner must not fail because of it. */
async function record(app: App, meter: UsageMeter): Promise<void> {
  const metered = meteredBy(app);
  if (metered === undefined) return;
  try {
    const call = meter.call(metered);
    const { withEstimate } = await import("../../app/estimate.ts");
    recordCall(app.files, app.paths(), await withEstimate(app, call), app.clock.now());
  } catch (error) {
    expected(error);
    await app.output.warn(`The cost of ${metered.kind} ${metered.id} is not in the ledger: ${error.message}`);
  }
}

/** Returns what the loop runs this for; undefined outside the loop. */
function meteredBy({ env }: App): Metered | undefined {
  const { LOOOP_COST_KIND: kind, LOOOP_COST_ID: id = "", LOOOP_COST_RUNNER: runner = "" } = env;
  return kind === undefined ? undefined : { kind, id, runner };
}
