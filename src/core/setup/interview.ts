import { parseUsd } from "../money/call.ts";

/** Asks a person at the terminal, one line per question. */
export interface Questions {
  /** Returns the typed line without its newline; undefined after Ctrl-D or Ctrl-C. */
  ask(question: string): Promise<string | undefined>;
  close(): void;
}

/** Reads one answer. Returns undefined for an invalid one, and the question is asked again. */
export type Reading<T> = (answer: string) => T | undefined;

/** Accepts one of `choices`, by its name or by its number in the list, from 1. */
export function oneOf(choices: readonly string[]): Reading<string> {
  return (answer) => choices.find((choice) => choice === answer) ?? choices[Number(answer) - 1];
}

/** Accepts yes or no. */
export const yesOrNo: Reading<boolean> = (answer) =>
  /^y(es)?$/i.test(answer) ? true : /^no?$/i.test(answer) ? false : undefined;

/** Accepts whole seconds, 1 or more. */
export const seconds: Reading<number> = (answer) => (/^[1-9]\d{0,8}$/.test(answer) ? Number(answer) : undefined);

/** Accepts an amount of USD, 0 or more. */
export const usd: Reading<number> = (answer) => parseUsd(answer.replace(/^\$/, ""));

/** Accepts any text. */
export const anyText: Reading<string> = (answer) => answer;
