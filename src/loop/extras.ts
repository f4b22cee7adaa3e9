import { type Answered, LOOOP } from "../core/ask.ts";
import type { Item } from "../core/world.ts";
import { type Asks, readAsks } from "../store/asks.ts";
import { type Intent, readIntent } from "../store/intents.ts";
import { readShell, readWanted, type ShellResult, type Wanted } from "../store/pending.ts";
import type { Context } from "./context.ts";

/** What moves have left behind for the next decide. Each is part of the world until a decide has been shown it. */
export interface Extras {
  /** What the last `look` asked for. */
  readonly wanted: Wanted | undefined;
  /** What the last command printed. */
  readonly shell: ShellResult | undefined;
  /** The move that was under way when looop died. */
  readonly cutOff: Intent | undefined;
  readonly asks: Asks;
  /** The person's answers to looop's own questions, and to those of workers that are gone: nobody else will collect them. */
  readonly answers: readonly Answered[];
}

export function readExtras({ files, paths, fleet }: Pick<Context, "files" | "paths" | "fleet">): Extras {
  const asks = readAsks({ files, paths });
  return {
    wanted: readWanted(files, paths),
    shell: readShell(files, paths),
    cutOff: readIntent(files, paths),
    asks,
    answers: asks.answered.filter(
      ({ ask }) => ask.parked === undefined && (ask.from === LOOOP || fleet.holder(ask.from) === "gone"),
    ),
  };
}

/** The same as items of the world. None has words to show: those are in sections of their own. */
export function extraItems({ wanted, shell, cutOff, answers }: Extras): Record<string, Item> {
  const names = [
    ...(wanted === undefined ? [] : [`look:${wanted.runId}`]),
    ...(shell === undefined ? [] : [`shell:${shell.runId}`]),
    ...(cutOff === undefined ? [] : [`cut-off:${cutOff.runId}`]),
    ...answers.map(({ ask }) => `answer:${ask.id}`),
  ];
  return Object.fromEntries(names.map((name) => [name, { digest: name, shown: "" }]));
}
