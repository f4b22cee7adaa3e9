import { plain, plainLine } from "../core/text.ts";
import type { Context } from "./context.ts";
import { popWindows } from "./tmux.ts";

/** Puts in front of the person what waits for them: flagged workers, and the lines of attention.md. On every beat. */
export async function surface(context: Context): Promise<void> {
  const flagged = context.fleet.flagged();
  const attention = attentionLines(context);
  const needs = [...attention.map((line) => `attention ${line}`), ...flagged.map(({ id, note }) => `${id} ${note}`)];
  if (needs.length > 0) context.log.line("NEEDS YOU", "yellow");
  for (const line of attention) context.log.line(`  ${line}`);
  for (const { id, note } of flagged) {
    context.log.line(`  ⚑ ${id}`, "yellow");
    context.log.line(`     ${plainLine(note ?? "")}`);
    context.log.line(`     → ${context.hint}looop attach ${id}`);
  }
  announce(context, needs, flagged.length, attention.length > 0);
  await popWindows(context, flagged);
}

/** An event only when the set differs from the one last told: a flag that stays up is told once. */
function announce(context: Context, needs: readonly string[], flags: number, attention: boolean): void {
  const { files, paths, sha256 } = context;
  const digest = needs.length === 0 ? "" : sha256(JSON.stringify(needs));
  if ((files.read(paths.needs)?.trim() ?? "") === digest) return;
  files.write(paths.needs, `${digest}\n`);
  if (needs.length > 0) context.event("needs_you", { flags, attention });
}

function attentionLines({ files, paths }: Context): string[] {
  const lines = plain(files.read(paths.attention) ?? "").split("\n");
  return lines.map((line) => line.trimEnd()).filter((line) => line !== "");
}
