import { shortDuration } from "../../core/duration.ts";
import type { Ask } from "../../core/mailbox/ask.ts";
import { workerOf } from "../../core/mailbox/ask-rows.ts";
import { moveName } from "../../core/move/move-text.ts";
import type { Section } from "../../core/prompt/prompt.ts";
import { clip, plainLine } from "../../core/text.ts";
import type { Extras } from "../observe/extras.ts";

/** The part of a question and of an answer that is shown, in characters. */
const QUESTION_CHARS = 2_048;
const ANSWER_CHARS = 4_096;

/** Returns the prompt sections about open asks and new answers, for an agent, which is shown their words. */
export function askSections({ asks, answers, stateOf }: Extras, nowMs: number): Section[] {
  const pending = asks.pending.map((ask) => {
    const age = shortDuration(nowMs - Date.parse(ask.ts));
    const options = ask.options === undefined ? "" : ` (${ask.options.map(plainLine).join(", ")})`;
    const what = ask.parked === undefined ? question(ask) : `the move ${moveName(ask.parked.move)}`;
    return `- ${ask.id} [${tag(ask, stateOf(ask))}, ${age}] ${who(ask)}: ${what}${options}`;
  });
  const told = answers.map(
    ({ ask, answer }) =>
      `- ${who(ask)}${ask.kind === "worker" ? ", which is gone," : ""} asked: ${question(ask)}\n  the person answers: ${clip(plainLine(answer.text), ANSWER_CHARS)}`,
  );
  const sections = [
    {
      title: "PENDING ASKS (live = its worker waits: leave both alone; stranded = its worker is gone)",
      entries: pending,
    },
    {
      title: "ANSWERS OF THE PERSON (new: act on them, or start a fresh worker with question and answer)",
      entries: told,
    },
  ];
  return sections.filter(({ entries }) => entries.length > 0);
}

function tag(ask: Ask, state: "live" | "stranded"): string {
  return ask.kind === "worker" ? state : "yours";
}

function who(ask: Ask): string {
  return plainLine(workerOf(ask) ?? ask.from);
}

function question({ prompt }: Ask): string {
  return clip(plainLine(prompt), QUESTION_CHARS);
}
