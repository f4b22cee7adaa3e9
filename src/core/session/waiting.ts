import { isRecord } from "../json.ts";
import { clip, plainLine } from "../text.ts";

/**
 * The source of a flag that looop raises itself. `hook`: the program reported it through its own hooks. `terminal`: a
 * notification, a bell, a title, or a program that is blocked reading the terminal. `guess`: the text of a known dialog.
 */
export const WAITING_SOURCES = ["hook", "terminal", "guess"] as const;
export type WaitingSource = (typeof WAITING_SOURCES)[number];

/** Where a program waits: at a question of its own, at its prompt after a turn, or after an error that ended its turn. */
export const WAITING_PLACES = ["dialog", "prompt", "error"] as const;
export type WaitingPlace = (typeof WAITING_PLACES)[number];

/** A worker that waits for the person without having called `flag` or `ask`. */
export interface Waiting {
  readonly at: WaitingPlace;
  readonly source: WaitingSource;
  /** The thing that it waits for, in one line. Parts of it may be the program's or a model's own words. */
  readonly what: string;
}

/** A report of a program's own hook. */
export type HookReport =
  | { readonly state: "working" }
  | { readonly state: "waiting"; readonly at: WaitingPlace; readonly what: string };

/** Returns the report of a wait. */
export function waits(at: WaitingPlace, what: string): HookReport {
  return { state: "waiting", at, what };
}

/** Reads a report of an extension that looop wrote itself; undefined for anything else. */
export function ownReport(payload: unknown): HookReport | undefined {
  if (!isRecord(payload)) return undefined;
  const { state, at, what } = payload;
  if (state === "working") return { state };
  const place = WAITING_PLACES.find((it) => it === at);
  if (state !== "waiting" || place === undefined) return undefined;
  const words = typeof what === "string" ? what : "";
  return waits(place, place === "prompt" ? `its turn is over: ${words}` : words);
}

/** The signs of a wait in the end of a program's output since the last input. */
export interface TailSigns {
  /** The text of its last notification; empty for a bell; undefined without either. */
  readonly notification: string | undefined;
  /** The window title that it set last. */
  readonly title: string | undefined;
  /** Readable text. */
  readonly text: string;
}

/** A dialog of a model CLI, by its text on the screen. */
export interface Dialog {
  readonly at: WaitingPlace;
  readonly asks: string;
}

/** Everything known about a program that has printed nothing for some seconds. */
export interface Signs {
  readonly isFrozen: boolean;
  /** True when a person attached or typed a moment ago and is still attached. */
  readonly isPersonThere: boolean;
  /** True when the worker's own flag is up. */
  readonly hasFlag: boolean;
  readonly hook: HookReport | undefined;
  readonly tail: TailSigns;
  /** True when a foreground process is blocked reading the terminal; undefined when the system does not tell. */
  readonly readsTerminal: boolean | undefined;
  readonly dialog: Dialog | undefined;
}

/** The longest text in the program's own words, in characters. */
const WORDS_CHARS = 200;

/** A title that asks for the person. Most programs change their title for other reasons. */
const ASKING_TITLE =
  /action required|approval|permission|needs? (?:you|your|input|attention)|waiting for (?:you|input)/i;

/**
 * Returns what a quiet program waits for, or undefined when it does not wait. The most certain sign decides: the program's
 * own hook, then the terminal, then the text of a known dialog. `current` is the flag that is up: a person who comes to look
 * does not take it down, an answer does.
 */
export function judgeWaiting(signs: Signs, current: Waiting | undefined): Waiting | undefined {
  if (signs.isFrozen || signs.hasFlag) return undefined;
  const found = byHook(signs) ?? byTerminal(signs) ?? byDialog(signs);
  return signs.isPersonThere && current === undefined ? undefined : found;
}

function byHook({ hook }: Signs): Waiting | undefined {
  if (hook?.state !== "waiting") return undefined;
  return { at: hook.at, source: "hook", what: words(hook.what) };
}

function byTerminal({ tail, dialog, readsTerminal }: Signs): Waiting | undefined {
  const { notification, title } = tail;
  const at = dialog?.at ?? "dialog";
  const shown = dialog?.asks ?? lastLine(tail.text);
  if (notification) return { at, source: "terminal", what: `sent a notification: ${words(notification)}` };
  if (title !== undefined && ASKING_TITLE.test(title)) {
    return { at, source: "terminal", what: `set its title: ${words(title)}` };
  }
  if (notification !== undefined) return { at, source: "terminal", what: `rang the bell: ${shown}` };
  if (readsTerminal === true) return { at, source: "terminal", what: `reads its terminal: ${shown}` };
  return undefined;
}

function byDialog({ dialog }: Signs): Waiting | undefined {
  return dialog === undefined ? undefined : { at: dialog.at, source: "guess", what: dialog.asks };
}

function lastLine(text: string): string {
  const line = text.split("\n").findLast((it) => it.trim() !== "");
  return line === undefined ? "nothing printed" : words(line);
}

function words(text: string): string {
  return clip(plainLine(text).trim(), WORDS_CHARS);
}

const PLACES: Readonly<Record<WaitingPlace, string>> = {
  dialog: "at a dialog",
  prompt: "at its prompt",
  error: "at an error",
};

const SEEN_BY: Readonly<Record<WaitingSource, string>> = {
  hook: "from its own hook",
  terminal: "seen on its terminal",
  guess: "a guess",
};

/** Returns the state in words: `at a dialog`, `at its prompt` or `at an error`. */
export function waitingState({ at }: Waiting): string {
  return PLACES[at];
}

/** Returns the text of the flag, which names its source. */
export function waitingNote(waiting: Waiting): string {
  return `${PLACES[waiting.at]} (${SEEN_BY[waiting.source]}): ${waiting.what}`;
}

/** Returns true when both flags say the same. */
export function isSameWaiting(one: Waiting | undefined, other: Waiting | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.at === other.at && one.source === other.source && one.what === other.what;
}
