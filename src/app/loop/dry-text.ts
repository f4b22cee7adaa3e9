import { EXIT, type ExitCode } from "../../core/error.ts";
import { formatUsd } from "../../core/money/call.ts";
import { moveInFull, moveSummary } from "../../core/move/move-text.ts";
import { plainLine } from "../../core/text.ts";
import { localClock } from "../../core/time.ts";
import { type Change, changeLine } from "../../core/world/world.ts";
import type { Dry } from "../../loop/dry-run.ts";

/** Returns the result of a dry run for people, with the exit code that the beat would have. */
export function dryText(dry: Dry): { readonly text: string; readonly exit: ExitCode } {
  switch (dry.kind) {
    case "unchanged":
      return { text: `unchanged: ${dry.items} items; no runner would be called`, exit: EXIT.ok };
    case "held":
      return {
        text: `held${dry.untilMs === undefined ? "" : ` until ${localClock(dry.untilMs)}`}: ${dry.reason}`,
        exit: EXIT.held,
      };
    case "interrupted":
      return { text: "interrupted", exit: EXIT.interrupted };
    case "approved":
      return { text: `would make the move of ask ${dry.ask}, as you said: ${moveSummary(dry.move)}`, exit: EXIT.ok };
    case "told": {
      const head = `would start ${dry.runner}, which acts by itself, because:`;
      return {
        text: [head, ...because(dry.changes), "", "and would tell it:", "", dry.prompt].join("\n"),
        exit: EXIT.ok,
      };
    }
    case "proposed":
      return { text: proposedText(dry), exit: typeof dry.answer === "string" ? EXIT.failed : EXIT.ok };
  }
}

function proposedText({ answer, changes, costUsd, run, runner, tainted }: Extract<Dry, { kind: "proposed" }>): string {
  const head = [`asked ${runner}, because:`, ...because(changes)];
  const facts = [
    ...(tainted.length === 0 ? [] : [`tainted:  ${tainted.map(plainLine).join("; ")}`]),
    `cost:     ${costUsd === undefined ? "unknown" : `$${formatUsd(costUsd)}`}`,
    `prompt:   ${run.prompt}`,
  ];
  if (typeof answer === "string") return [...head, "", `no move: ${plainLine(answer)}`, ...facts].join("\n");
  const { move, judgement } = answer;
  const words = { allow: "would make", ask: "would ask you about", refuse: "would refuse" }[judgement.verdict];
  const title = `${words} this move (${plainLine(judgement.rule)}):`;
  return [...head, "", title, `action: ${move.action}`, moveInFull(move), "", ...facts].join("\n");
}

function because(changes: readonly Change[]): string[] {
  return changes.length === 0 ? ["  (all of it is new)"] : changes.map((change) => `  ${changeLine(change)}`);
}
