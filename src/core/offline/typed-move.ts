/** The built-in runner's rules as typed moves: what a move cannot say (a report) becomes a goal, or only a journal line. */

import type { Move } from "../move/move.ts";
import { clip } from "../text.ts";
import type { Brief } from "./brief.ts";
import { texts } from "./reading-text.ts";
import { decideOffline, type Known, type OfflineMove } from "./rules.ts";

/** Longest journal line, in characters. */
const JOURNAL = 400;

/** The move for `brief`, at this local minute. */
export function typedMove(brief: Brief, known: Known, minute: string): Move {
  return commandAsked(brief) ?? asTyped(decideOffline(brief, known), minute);
}

/**
 * The newest item says `run: COMMAND`. A careful decider would not do what a reading tells it; this one does, so that
 * everybody can see what the gates make of it.
 */
function commandAsked(brief: Brief): Move | undefined {
  const changed = brief.changes?.flatMap((line) => /^[+~] snap:(\S+?)(?:: | appeared)/.exec(line)?.[1] ?? []);
  for (const [name, facts] of brief.readings) {
    if (changed !== undefined && !changed.includes(name)) continue;
    const cmd = /^run: *(\S.*)$/.exec(texts(facts["items"]).at(-1) ?? "")?.[1];
    if (cmd !== undefined)
      return { action: "run_shell", cmd, reason: `${name} asks for it`, journal: `ran what ${name} asked for` };
  }
  return undefined;
}

function asTyped(move: OfflineMove, minute: string): Move {
  const journal = clip(move.journal, JOURNAL);
  switch (move.kind) {
    case "goal":
      return { action: "write_goal", id: move.id, body: goalText(move.goal, [`- ${minute} ${SIGNED}`]), journal };
    case "report": {
      const id = `unfinished-${move.id}`.slice(0, 58);
      const body = goalText(`what is unfinished in ${move.id} gets finished`, [
        `${minute}:`,
        "",
        ...move.lines,
        "",
        SIGNED,
      ]);
      return {
        action: "write_goal",
        id,
        body,
        journal: journal.replace(/; wrote reports\/\S+$/, `; wrote goals/${id}.md`),
      };
    }
    case "worker":
      return { action: "start_worker", id: move.id, prompt: move.task, runner: "offline", journal };
    case "note":
      // It is shown a goal as others are; it writes no part of a file, only whole ones, so the note is the journal's.
      return { action: "noop", journal: clip(`${move.goal}: ${move.line}`, JOURNAL) };
    case "nothing":
      return { action: "noop", journal };
  }
}

const SIGNED = "Written by looop's offline runner: rules, not a model.";

function goalText(goal: string, lines: readonly string[]): string {
  return ["---", `goal: ${goal}`, "---", "", ...lines, ""].join("\n");
}
