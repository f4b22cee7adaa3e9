/** The offline runner in typed mode: turns the result of its rules into a typed move. */

import type { Move } from "../move/move.ts";
import { clip } from "../text.ts";
import type { Brief } from "./brief.ts";
import { texts } from "./reading-text.ts";
import { decideOffline, type Known, type OfflineMove } from "./rules.ts";

/** Longest journal line, in characters. */
const JOURNAL_CHARS = 400;

/** Returns the move for a prompt. `minute` is the local time. */
export function typedMove(brief: Brief, known: Known, minute: string): Move {
  return commandInReading(brief) ?? asTyped(decideOffline(brief, known), minute);
}

/**
 * Returns the move to run a command when the newest item of a changed reading is `run: COMMAND`. A careful decider would
 * not obey a reading; this one does, to show how the gate judges such a move.
 */
function commandInReading(brief: Brief): Move | undefined {
  const changed = brief.changes?.flatMap((line) => /^[+~] snap:(\S+?)(?:: | appeared)/.exec(line)?.[1] ?? []);
  for (const [name, facts] of brief.readings) {
    if (changed !== undefined && !changed.includes(name)) continue;
    const cmd = /^run: *(\S.*)$/.exec(texts(facts["items"]).at(-1) ?? "")?.[1];
    if (cmd !== undefined)
      return { action: "run_shell", cmd, reason: `${name} asks for it`, journal: `ran what ${name} asked for` };
  }
  return undefined;
}

/** Converts a move. Typed moves cannot write a report or a part of a goal: those become a goal or a journal line. */
function asTyped(move: OfflineMove, minute: string): Move {
  const journal = clip(move.journal, JOURNAL_CHARS);
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
      return { action: "noop", journal: clip(`${move.goal}: ${move.line}`, JOURNAL_CHARS) };
    case "nothing":
      return { action: "noop", journal };
  }
}

const SIGNED = "Written by looop's offline runner: rules, not a model.";

function goalText(goal: string, lines: readonly string[]): string {
  return ["---", `goal: ${goal}`, "---", "", ...lines, ""].join("\n");
}
