import { parseUsd } from "../money/call.ts";

/** Questions to a person at the terminal, a line each. */
export interface Questions {
  /** What was typed, without its newline; undefined when no more will come (Ctrl-D, Ctrl-C). */
  ask(question: string): Promise<string | undefined>;
  close(): void;
}

/** What one line of an answer means; undefined when it means nothing, and the question comes again. */
export type Reading<T> = (answer: string) => T | undefined;

/** One of `choices`, by its name or by its number in the list, from 1. */
export function oneOf(choices: readonly string[]): Reading<string> {
  return (answer) => choices.find((choice) => choice === answer) ?? choices[Number(answer) - 1];
}

/** Yes or no. */
export const yesOrNo: Reading<boolean> = (answer) =>
  /^y(es)?$/i.test(answer) ? true : /^no?$/i.test(answer) ? false : undefined;

/** Whole seconds, 1 or more. */
export const seconds: Reading<number> = (answer) => (/^[1-9]\d{0,8}$/.test(answer) ? Number(answer) : undefined);

/** An amount of USD, 0 or more. */
export const usd: Reading<number> = (answer) => parseUsd(answer.replace(/^\$/, ""));

/** Any text. */
export const anyText: Reading<string> = (answer) => answer;
