import { type Ask, askIdInNote, askState } from "../../core/mailbox/ask.ts";
import { answerHint, askLines, askRow } from "../../core/mailbox/ask-rows.ts";
import type { Worker } from "../../core/session/session.ts";
import { plain, plainLine } from "../../core/text.ts";
import { readAsks } from "../../store/mailbox/asks.ts";
import { commandPrefix } from "../../store/paths.ts";
import type { Context } from "../context/context.ts";
import { moneyHeld, moneyLines } from "../hold/money-notice.ts";
import { popWindows } from "./tmux.ts";

/**
 * Puts in front of the person what waits for them: the lines of attention.md, flagged workers, and what is asked. On
 * every beat.
 */
export async function surface(context: Context): Promise<void> {
  const flagged = context.fleet.flagged();
  const money = moneyLines(await moneyHeld(context));
  const attention = attentionLines(context);
  const { pending, damaged } = readAsks(context);
  const raised = new Set(flagged.map(({ note }) => askIdInNote(note)));
  // The others' question is the flag itself.
  const asks = pending.filter(({ id }) => !raised.has(id));
  const lines = [
    ...money,
    ...attention,
    ...flagged.flatMap((worker) => flagLines(context, worker, pending)),
    ...asks.slice(0, ASKS).flatMap((ask) => askLinesOf(context, ask)),
    ...(asks.length > ASKS ? [`(${asks.length - ASKS} more: ${commandPrefix(context.paths)}looop asks)`] : []),
    ...damaged.slice(0, ASKS).map((path) => `cannot understand ${plainLine(path)}: mend or remove it`),
  ];
  if (lines.length > 0) context.log.line("NEEDS YOU", "yellow");
  for (const line of lines) context.log.line(`  ${line}`, line.startsWith("⚑") ? "yellow" : undefined);
  const needs = [
    ...money.map((line) => `money ${line}`),
    ...attention.map((line) => `attention ${line}`),
    ...flagged.map(({ id, note }) => `${id} ${note}`),
    ...asks.map(({ id }) => `ask ${id}`),
  ];
  announce(context, needs, { flags: flagged.length, asks: pending.length, attention: attention.length > 0 });
  await popWindows(context, flagged);
}

/** How many asks without a flag are shown. */
const ASKS = 10;

function flagLines({ paths }: Context, { id, note = "" }: Worker, pending: readonly Ask[]): string[] {
  const prefix = commandPrefix(paths);
  const ask = pending.find((it) => it.id === askIdInNote(note));
  return [
    `⚑ ${id}`,
    `   ${plainLine(note)}`,
    ...(ask === undefined ? [] : [`   → ${answerHint({ id: ask.id, options: ask.options ?? [] }, prefix)}`]),
    `   → ${prefix}looop attach ${id}`,
  ];
}

function askLinesOf({ clock, fleet, paths }: Context, ask: Ask): string[] {
  const state = askState(ask, fleet.asker(ask.from));
  return askLines(askRow(ask, state), clock.now(), commandPrefix(paths));
}

interface Counts {
  readonly flags: number;
  readonly asks: number;
  readonly attention: boolean;
}

/** An event only when the set differs from the one last told: a flag that stays up is told once. */
function announce(context: Context, needs: readonly string[], counts: Counts): void {
  const { files, paths, sha256 } = context;
  const digest = needs.length === 0 ? "" : sha256(JSON.stringify(needs));
  if ((files.read(paths.needs)?.trim() ?? "") === digest) return;
  files.write(paths.needs, `${digest}\n`);
  if (needs.length > 0) context.event("needs_you", { ...counts });
}

function attentionLines({ files, paths }: Context): string[] {
  const lines = plain(files.read(paths.attention) ?? "").split("\n");
  return lines.map((line) => line.trimEnd()).filter((line) => line !== "");
}
