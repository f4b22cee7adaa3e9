import { HELP } from "./key-help.ts";
import { commandPrompt, type Pressed } from "./pressed.ts";
import { onRow } from "./row-keys.ts";
import { type Mode, type Row, rowsOf, selectedAt, type TopData, type TopUi, withSelection } from "./top-state.ts";
import type { Key, KeyName } from "./typed-keys.ts";

/** The size of a page and of a line, and the row of the list that a line of the screen shows. */
export interface Layout {
  readonly page: number;
  readonly cols: number;
  readonly rowAt: (line: number) => string | undefined;
}

const LIST: Mode = { kind: "list" };

/** Returns the screen after `key`. */
export function press(ui: TopUi, key: Key, data: TopData, layout: Layout): Pressed {
  if (key.kind === "named" && key.name === "quit") return { ui, effect: { kind: "quit" } };
  switch (ui.mode.kind) {
    case "prompt":
      return inPrompt(ui, ui.mode, key, data);
    case "confirm":
      return inConfirm(ui, ui.mode, key);
    case "text":
      return inText(ui, ui.mode, key, layout);
    case "list":
      return inList(ui, key, data, layout);
  }
}

function inPrompt(ui: TopUi, mode: Extract<Mode, { kind: "prompt" }>, key: Key, data: TopData): Pressed {
  const type = (text: string): Pressed => ({
    ui: mode.use.kind === "filter" ? filtered(ui, text, data, { ...mode, text }) : { ...ui, mode: { ...mode, text } },
  });
  if (key.kind === "char") return type(mode.text + key.char);
  if (key.kind === "paste") return type(mode.text + key.text);
  if (key.kind === "click") return { ui };
  switch (key.name) {
    case "backspace":
      return type([...mode.text].slice(0, -1).join(""));
    case "clear":
      return type("");
    case "escape":
      return { ui: { ...ui, mode: LIST, filter: mode.use.kind === "filter" ? "" : ui.filter } };
    case "enter":
      return accept({ ...ui, mode: LIST }, mode);
    default:
      return { ui };
  }
}

/** Returns the screen with another filter. The first row that matches is selected when the filter hides the selected one. */
function filtered(ui: TopUi, filter: string, data: TopData, mode: Mode): TopUi {
  const isShown = rowsOf(data, filter).some(({ key }) => key === ui.selected);
  return withSelection({ ...ui, mode, filter, selected: isShown ? ui.selected : undefined }, data);
}

function accept(ui: TopUi, { text, use }: Extract<Mode, { kind: "prompt" }>): Pressed {
  if (use.kind === "filter" || text.trim() === "") return { ui };
  if (use.kind === "text") return { ui, effect: { kind: "run", words: [...use.before, "--", text], shows: "message" } };
  const words = wordsOf(text);
  const [verb, id] = words;
  if (verb === "q" || verb === "quit") return { ui, effect: { kind: "quit" } };
  if (verb === "attach" && id !== undefined) return { ui, effect: { kind: "attach", id } };
  return { ui, effect: { kind: "run", words, shows: "text" } };
}

/** Splits a typed command into words; quotes keep blanks together. */
export function wordsOf(text: string): string[] {
  const words = [...text.matchAll(/(?:[^\s"']+|"[^"]*"?|'[^']*'?)+/g)].map(([word]) =>
    word.replace(
      /"([^"]*)"?|'([^']*)'?/g,
      (_all, one: string | undefined, other: string | undefined) => one ?? other ?? "",
    ),
  );
  return words[0] === "looop" ? words.slice(1) : words;
}

function inConfirm(ui: TopUi, { words }: Extract<Mode, { kind: "confirm" }>, key: Key): Pressed {
  const isYes = key.kind === "char" && key.char.toLowerCase() === "y";
  const next = { ...ui, mode: LIST, message: isYes ? ui.message : "nothing was done" };
  return isYes ? { ui: next, effect: { kind: "run", words, shows: "message" } } : { ui: next };
}

function inText(ui: TopUi, mode: Extract<Mode, { kind: "text" }>, key: Key, { cols, page }: Layout): Pressed {
  const last = Math.max(0, mode.lines.length - page);
  const to = (scroll: number): Pressed => ({
    ui: { ...ui, mode: { ...mode, scroll: Math.min(last, Math.max(0, scroll)) } },
  });
  const steps: Partial<Record<KeyName | string, number>> = {
    ...{ up: -1, k: -1, down: 1, j: 1, pageup: -page, pagedown: page, " ": page, b: -page, home: -last, g: -last },
    ...{ end: last, G: last },
  };
  const step = steps[key.kind === "char" ? key.char : key.kind === "named" ? key.name : ""];
  if (step !== undefined) return to(mode.scroll + step);
  const { choice } = mode;
  if (choice !== undefined && key.kind === "char" && key.char === "y") {
    const isRead = mode.scroll >= last && cols >= choice.cols;
    if (!isRead) return { ui: { ...ui, message: "nothing was done: first read it to its end" } };
    return { ui: { ...ui, mode: LIST }, effect: { kind: "run", words: choice.words, shows: "message" } };
  }
  const isEnd = (key.kind === "char" && key.char === "q") || (key.kind === "named" && key.name === "escape");
  return isEnd || (key.kind === "named" && key.name === "enter") ? { ui: { ...ui, mode: LIST } } : { ui };
}

function inList(ui: TopUi, key: Key, data: TopData, layout: Layout): Pressed {
  const rows = rowsOf(data, ui.filter);
  const at = selectedAt(rows, ui);
  const select = (place: number): Pressed => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, place))];
    return { ui: { ...ui, selected: row?.key } };
  };
  if (key.kind === "click") {
    const clicked = layout.rowAt(key.row);
    return clicked === undefined ? { ui } : { ui: { ...ui, selected: clicked } };
  }
  // Its characters would act as keys, and answer or end something.
  if (key.kind === "paste") return { ui: { ...ui, message: "nothing was done: press a or : before you paste" } };
  const name = key.kind === "char" ? key.char : key.name;
  switch (name) {
    case "up":
    case "k":
      return select(at - 1);
    case "down":
    case "j":
      return select(at + 1);
    case "pageup":
      return select(at - layout.page);
    case "pagedown":
      return select(at + layout.page);
    case "home":
    case "g":
      return select(0);
    case "end":
    case "G":
      return select(rows.length - 1);
    case "tab":
      return select(otherSection(rows, at, 1));
    case "backtab":
      return select(otherSection(rows, at, -1));
    case "escape":
      return { ui: { ...ui, filter: "", message: "" } };
    case "q":
      return { ui, effect: { kind: "quit" } };
    case "/":
      return { ui: { ...ui, mode: { kind: "prompt", label: "/", text: ui.filter, use: { kind: "filter" } } } };
    case ":":
      return { ui: { ...ui, mode: commandPrompt("") } };
    case "?":
      return { ui: { ...ui, mode: { kind: "text", title: "keys", lines: HELP, scroll: 0 } } };
    default: {
      const row = rows[at];
      if (row === undefined) return { ui };
      // Another row may have moved under the mark since the person looked.
      if (ui.selected !== undefined && row.key !== ui.selected)
        return { ui: { ...ui, selected: row.key, message: "nothing was done: the row that was selected is gone" } };
      return onRow(ui, row, name, layout.cols) ?? { ui };
    }
  }
}

/** Returns the first row of the next section, or of the one before. */
function otherSection(rows: readonly Row[], at: number, step: 1 | -1): number {
  const sections = [...new Set(rows.map(({ section }) => section))];
  const here = sections.indexOf(rows[at]?.section ?? "inbox");
  const wanted = sections[(here + step + sections.length) % sections.length];
  return rows.findIndex(({ section }) => section === wanted);
}
