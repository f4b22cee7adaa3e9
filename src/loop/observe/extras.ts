import { isPersons } from "../../core/mailbox/approval.ts";
import { type Answered, type Ask, askState } from "../../core/mailbox/ask.ts";
import { askItems } from "../../core/world/ask-items.ts";
import type { Item } from "../../core/world/world.ts";
import { type Intent, readIntent } from "../../store/beat/intents.ts";
import {
  readShellResult,
  readWantedReadings,
  type ShellResult,
  type WantedReadings,
} from "../../store/beat/move-results.ts";
import { type Asks, readAsks } from "../../store/mailbox/asks.ts";
import type { ObserveDeps } from "../context/context.ts";

/** The open asks, and what earlier moves left for the next decide. Each is part of the world until a decider has seen it. */
export interface Extras {
  /** The readings that the last `look` asked for. */
  readonly wanted: WantedReadings | undefined;
  /** The output of the last command. */
  readonly shell: ShellResult | undefined;
  /** The move that was under way when looop died. */
  readonly cutOff: Intent | undefined;
  readonly asks: Asks;
  /** Tells if the worker that asked is still there. */
  readonly stateOf: (ask: Ask) => "live" | "stranded";
  /** Answers only the loop can collect: to its own questions, and to those of workers that are gone. */
  readonly answers: readonly Answered[];
}

/** Reads the open asks, once those are resolved that the person answered in a worker's terminal. */
export function readResolvedAsks(deps: Pick<ObserveDeps, "files" | "paths" | "fleet">): Asks {
  const asks = readAsks(deps);
  return deps.fleet.resolveTyped(asks) ? readAsks(deps) : asks;
}

/** Reads what earlier moves left, and adds the open asks. */
export function readExtras(
  { files, paths, fleet, sha256 }: Pick<ObserveDeps, "files" | "paths" | "fleet" | "sha256">,
  asks: Asks,
): Extras {
  const askers = new Map(
    [...asks.pending, ...asks.answered.map(({ ask }) => ask)].map(({ from }) => [from, fleet.asker(from)]),
  );
  const stateOf = (ask: Ask) => askState(ask, askers.get(ask.from) ?? fleet.asker(ask.from));
  return {
    wanted: readWantedReadings(files, paths),
    shell: readShellResult(files, paths),
    cutOff: readIntent(files, paths),
    asks,
    stateOf,
    answers: asks.answered.filter((one) => {
      const { kind } = one.ask;
      return kind === "question" ? isPersons(one, sha256) : kind === "worker" && stateOf(one.ask) === "stranded";
    }),
  };
}

/**
 * Returns the questions of workers as items of the world: one that comes, goes, or loses its worker wakes the loop.
 * looop's own questions do not: the loop asked them.
 */
export function openAskItems({ asks, answers, stateOf }: Extras): Record<string, Item> {
  const told = new Set(answers.map(({ ask }) => ask.id));
  const uncollected = asks.answered.map(({ ask }) => ask).filter(({ id }) => !told.has(id));
  return askItems([...asks.pending, ...uncollected], stateOf);
}

/** Returns the extras as items of the world. They show no words: those have sections of their own in the prompt. */
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

/** Returns the names of the answers as items of the world: an answer leaves the world once a decider was told it. */
export function answerItems({ answers }: Extras): string[] {
  return answers.map(({ ask }) => `answer:${ask.id}`);
}
