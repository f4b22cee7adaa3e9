import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { type Replayed, type ReplayRequest, replay } from "../app/report/replay.ts";
import { shortDuration } from "../core/duration.ts";
import { EXIT } from "../core/error.ts";
import { jsonText } from "../core/json.ts";
import { formatUsd } from "../core/money/call.ts";
import { type Row, sideBySide } from "../core/prompt/side-by-side.ts";
import { plain, plainLine } from "../core/text.ts";

export const command = defineCommand({
  args: {
    beat: {
      type: "positional",
      required: false,
      description: "a run's id or the end of it, or the path of an archive (default: the last one that decided)",
    },
    runner: { type: "string", description: "ask this runner instead of the one that decided" },
    playbook: { type: "string", description: "show this file as PLAYBOOK.md instead of the one that was shown" },
    json: { type: "boolean", description: "print one JSON object, for scripts" },
  },
  run: ({ args: { beat, runner, playbook, json } }) => runReplay(openApp(), { beat, runner, playbook }, json === true),
});

export const manual = {
  about: [
    "Sends the recorded prompt of a beat to a runner again, and shows both moves side by side. Nothing is carried out: the",
    "runner has no tools, even if the beat was in agent mode. The call is billed, and recorded in the ledger.",
    "An archive from another machine can be replayed by its path. The prompt and the output are kept inside the archive.",
    "Exit codes: 0 answered, 1 the answer is no valid move, 3 setup, 4 no such beat, 7 called by a worker or a runner.",
  ].join("\n"),
  examples: [
    ["looop replay", "check if it would do the same again"],
    ["looop replay 093000 --runner pi", "compare with another runner"],
    ["looop replay 093000 --playbook new.md", "compare with another playbook"],
  ],
} as const;

export async function runReplay(app: App, request: ReplayRequest, json: boolean): Promise<number> {
  const replayed = await replay(app, request);
  app.output.data(json ? jsonText(asJson(replayed), 2) : replayText(app, replayed, request));
  return typeof replayed.answer === "string" ? EXIT.failed : EXIT.ok;
}

/** Its fields are public: add, never rename. */
function asJson({ record, runner, folder, answer, costUsd, tookMs }: Replayed) {
  const isMove = typeof answer !== "string";
  return {
    ...{ v: 1, run_id: record.run_id, folder },
    recorded: { runner: record.runner, move: record.move, judgement: record.judgement, cost_usd: record.cost_usd },
    replayed: {
      ...{ runner, move: isMove ? answer.move : null, judgement: isMove ? answer.judgement : null },
      ...{ problem: isMove ? null : answer, cost_usd: costUsd ?? null, took_ms: Math.round(tookMs) },
    },
  };
}

function replayText(app: App, replayed: Replayed, { playbook }: ReplayRequest): string {
  const { record, runner, folder, answer, costUsd, tookMs } = replayed;
  const recorded = record.move ?? { journal: record.journal ?? record.outcome.text };
  const [was, now] = [movePart(recorded), typeof answer === "string" ? {} : movePart(answer.move)];
  const names = [...new Set([...Object.keys(was), ...Object.keys(now)])];
  const nothing = typeof answer === "string" ? plainLine(answer) : "";
  const rows: Row[] = [
    { label: "runner", left: record.runner, right: runner },
    ...names.map((label) => ({ label, left: was[label] ?? "", right: now[label] ?? "" })),
    ...(nothing === "" ? [] : [{ label: "no move", left: "", right: nothing }]),
    {
      label: "gate",
      left: record.judgement?.verdict ?? "",
      right: typeof answer === "string" ? "" : answer.judgement.verdict,
    },
    { label: "cost", mayDiffer: true, left: usd(record.cost_usd ?? undefined), right: usd(costUsd) },
    { label: "took", mayDiffer: true, left: took(record.took_ms["decide"]), right: took(tookMs) },
  ];
  const agent = record.mode === "agent" ? " (its instructions replaced by those for typed moves)" : "";
  const title = `${record.run_id}, asked again${playbook === undefined ? "" : ` with ${playbook}`}${agent}. Nothing was carried out.`;
  const table = sideBySide({ left: "recorded", right: "replayed" }, rows, app.output.width());
  return [plainLine(title), "", table, "", `prompt and output: ${folder}`].join("\n");
}

/** Returns a move's fields as text. */
function movePart(move: object): Record<string, string> {
  const entries = Object.entries(move).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, plain(typeof value === "string" ? value : JSON.stringify(value))]),
  );
}

const usd = (cost: number | undefined) => (cost === undefined ? "unknown" : `$${formatUsd(cost)}`);
const took = (ms: number | undefined) =>
  ms === undefined ? "?" : ms < 1_000 ? `${Math.round(ms)} ms` : shortDuration(ms);
