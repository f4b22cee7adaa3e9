import { type Ask, askIdInNote, askState } from "../../core/mailbox/ask.ts";
import { answerHint, askLines, askRow, workerOf } from "../../core/mailbox/ask-rows.ts";
import type { Worker } from "../../core/session/session.ts";
import { plain, plainLine } from "../../core/text.ts";
import type { Asks } from "../../store/mailbox/asks.ts";
import type { BudgetHold } from "../../store/money/reserve.ts";
import { commandPrefix } from "../../store/paths.ts";
import type { Context, DataDeps, ProgramDeps, ReportDeps } from "../context/context.ts";
import { moneyLines } from "../hold/money-notice.ts";
import { popWindows } from "./tmux.ts";

/** The dependencies of surfacing. */
type SurfaceDeps = DataDeps & ReportDeps & ProgramDeps & Pick<Context, "bin" | "config" | "fleet">;

/** The part of what waits for the person that the beat has read already. */
export interface Waiting {
  /** The hold on spending. */
  readonly money: BudgetHold | undefined;
  readonly asks: Asks;
}

/** Shows on every beat what waits for the person: a hold on spending, attention.md, flagged workers, open asks. */
export async function surface(deps: SurfaceDeps, { money: held, asks: open }: Waiting): Promise<void> {
  const flagged = deps.fleet.flagged();
  const money = moneyLines(held);
  const attention = attentionLines(deps);
  const { pending, damaged } = open;
  const raised = new Set(flagged.map(({ note }) => askIdInNote(note)));
  // A raised flag shows its own ask.
  const asks = pending.filter(({ id }) => !raised.has(id));
  const lines = [
    ...money,
    ...attention,
    ...flagged.flatMap((worker) => flagLines(deps, worker, pending)),
    ...asks.slice(0, MAX_ASKS).flatMap((ask) => askLinesOf(deps, ask)),
    ...(asks.length > MAX_ASKS ? [`(${asks.length - MAX_ASKS} more: ${commandPrefix(deps.paths)}looop asks)`] : []),
    ...damaged.slice(0, MAX_ASKS).map((path) => `cannot understand ${plainLine(path)}: repair or remove it`),
  ];
  if (lines.length > 0) deps.log.line("NEEDS YOU", "yellow");
  for (const line of lines) deps.log.line(`  ${line}`, line.startsWith("⚑") ? "yellow" : undefined);
  const needs = [
    ...money.map((line) => `money ${line}`),
    ...attention.map((line) => `attention ${line}`),
    ...flagged.map(({ id, note }) => `${id} ${note}`),
    ...asks.map(({ id }) => `ask ${id}`),
  ];
  reportNeeds(deps, needs, { flags: flagged.length, asks: pending.length, attention: attention.length > 0 });
  await popWindows(deps, flagged);
}

/** The number of asks without a flag that are shown. */
const MAX_ASKS = 10;

function flagLines({ paths }: SurfaceDeps, { id, note = "" }: Worker, pending: readonly Ask[]): string[] {
  const prefix = commandPrefix(paths);
  const ask = pending.find((it) => it.id === askIdInNote(note) && workerOf(it) === id);
  return [
    `⚑ ${id}`,
    `   ${plainLine(note)}`,
    ...(ask === undefined ? [] : [`   → ${answerHint({ id: ask.id, options: ask.options ?? [] }, prefix)}`]),
    `   → ${prefix}looop attach ${id}`,
  ];
}

function askLinesOf({ clock, fleet, paths }: SurfaceDeps, ask: Ask): string[] {
  const state = askState(ask, fleet.asker(ask.from));
  return askLines(askRow(ask, state), clock.now(), commandPrefix(paths));
}

interface Counts {
  readonly flags: number;
  readonly asks: number;
  readonly attention: boolean;
}

/** Writes an event when the set differs from the one last reported: a flag that stays up is reported once. */
function reportNeeds(deps: SurfaceDeps, needs: readonly string[], counts: Counts): void {
  const { files, paths, sha256 } = deps;
  const digest = needs.length === 0 ? "" : sha256(JSON.stringify(needs));
  if ((files.read(paths.needs)?.trim() ?? "") === digest) return;
  files.write(paths.needs, `${digest}\n`);
  if (needs.length > 0) deps.event("needs_you", { ...counts });
}

function attentionLines({ files, paths }: SurfaceDeps): string[] {
  const lines = plain(files.read(paths.attention) ?? "").split("\n");
  return lines.map((line) => line.trimEnd()).filter((line) => line !== "");
}
