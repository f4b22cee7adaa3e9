import { type Answered, type Ask, askState, LOOOP } from "../../core/mailbox/ask.ts";
import { askItems } from "../../core/world/ask-items.ts";
import type { Item } from "../../core/world/world.ts";
import { type Intent, readIntent } from "../../store/beat/intents.ts";
import { readShell, readWanted, type ShellResult, type Wanted } from "../../store/beat/pending.ts";
import { type Asks, readAsks } from "../../store/mailbox/asks.ts";
import type { Context } from "../context/context.ts";

/** What moves have left behind for the next decide. Each is part of the world until a decide has been shown it. */
export interface Extras {
  /** What the last `look` asked for. */
  readonly wanted: Wanted | undefined;
  /** What the last command printed. */
  readonly shell: ShellResult | undefined;
  /** The move that was under way when looop died. */
  readonly cutOff: Intent | undefined;
  readonly asks: Asks;
  /** Whether the worker that asked is still there. */
  readonly standing: (ask: Ask) => "live" | "stranded";
  /** The person's answers to looop's own questions, and to those of workers that are gone: nobody else will collect them. */
  readonly answers: readonly Answered[];
}

export function readExtras({ files, paths, fleet }: Pick<Context, "files" | "paths" | "fleet">): Extras {
  const asks = readAsks({ files, paths });
  const askers = new Map(
    [...asks.pending, ...asks.answered.map(({ ask }) => ask)].map(({ from }) => [from, fleet.asker(from)]),
  );
  const standing = (ask: Ask) => askState(ask, askers.get(ask.from) ?? fleet.asker(ask.from));
  return {
    wanted: readWanted(files, paths),
    shell: readShell(files, paths),
    cutOff: readIntent(files, paths),
    asks,
    standing,
    answers: asks.answered.filter(
      ({ ask }) =>
        ask.parked === undefined && ask.grant === undefined && (ask.from === LOOOP || standing(ask) === "stranded"),
    ),
  };
}

/**
 * The questions of workers as items of the world: one that comes, goes, or loses its worker wakes the loop. looop's own
 * do not: it put them itself.
 */
export function openAskItems({ asks, answers, standing }: Extras): Record<string, Item> {
  const told = new Set(answers.map(({ ask }) => ask.id));
  const uncollected = asks.answered.map(({ ask }) => ask).filter(({ id }) => !told.has(id));
  return askItems([...asks.pending, ...uncollected], standing);
}

/** What moves left behind, as items of the world. None has words to show: those are in sections of their own. */
export function extraItems(extras: Extras): Record<string, Item> {
  const { wanted, shell, cutOff } = extras;
  const names = [
    ...(wanted === undefined ? [] : [`look:${wanted.runId}`]),
    ...(shell === undefined ? [] : [`shell:${shell.runId}`]),
    ...(cutOff === undefined ? [] : [`cut-off:${cutOff.runId}`]),
    ...answerItems(extras),
  ];
  return Object.fromEntries(names.map((name) => [name, { digest: name, shown: "" }]));
}

/** The names of answers as items of the world: what a decider was told is no part of the next look. */
export function answerItems({ answers }: Extras): string[] {
  return answers.map(({ ask }) => `answer:${ask.id}`);
}
