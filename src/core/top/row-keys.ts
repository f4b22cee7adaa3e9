import { pieces } from "../columns.ts";
import { kindOfId } from "../mailbox/ask-id.ts";
import { plainLine } from "../text.ts";
import { commandPrompt, type Pressed } from "./pressed.ts";
import { type Row, shortWorker, type TopUi } from "./top-state.ts";

/** Returns the screen of `cols` cells after the key `name` on a selected row; undefined when the key means nothing there. */
export function onRow(ui: TopUi, row: Row, name: string, cols: number): Pressed | undefined {
  if (name === "c") return { ui, effect: { kind: "copy", text: commandOf(row) } };
  switch (row.section) {
    case "inbox":
      return onItem(ui, row, name, cols);
    case "workers":
      return onWorker(ui, shortWorker(row.session.id), name);
    case "beats":
      return onBeat(ui, row.beat.runId, name);
  }
}

/** Returns the command line of what Enter does with a row. */
export function commandOf(row: Row): string {
  switch (row.section) {
    case "inbox":
      return row.item.commands[0] ?? "looop inbox";
    case "workers":
      return `looop attach ${shortWorker(row.session.id)}`;
    case "beats":
      return `looop why ${row.beat.runId}`;
  }
}

const run = (ui: TopUi, words: readonly string[], shows: "text" | "message" = "message"): Pressed => ({
  ui,
  effect: { kind: "run", words, shows },
});

const ask = (ui: TopUi, label: string, before: readonly string[]): Pressed => ({
  ui: { ...ui, mode: { kind: "prompt", label, text: "", use: { kind: "text", before } } },
});

const confirm = (ui: TopUi, question: string, words: readonly string[]): Pressed => ({
  ui: { ...ui, mode: { kind: "confirm", question: `${question} [y/N]`, words } },
});

/** The fewest cells of a line of a text: a terminal that is narrower shows only its beginning. */
const MIN_COLS = 20;

function onItem(
  ui: TopUi,
  { item }: Extract<Row, { section: "inbox" }>,
  name: string,
  cols: number,
): Pressed | undefined {
  const { commands, detail, id, kind, title, worker } = item;
  const whole = (heading: string, chosen?: readonly string[]): Pressed => {
    const width = Math.max(MIN_COLS, cols);
    // One cell is for the mark.
    const lines = [title, "", ...detail, "", ...commands.map((command) => `→ ${command}`)].flatMap((line) =>
      pieces(line, width - 1),
    );
    const choice = chosen === undefined ? {} : { choice: { words: chosen, cols: width } };
    return { ui: { ...ui, mode: { kind: "text", title: heading, lines, scroll: 0, ...choice } } };
  };
  if (name === " " || (name === "enter" && worker === undefined)) return whole(kind);
  if (name === "r") return { ui: { ...ui, mode: commandPrompt(withoutProgram(commands[0] ?? "")) } };
  const ask = id.replace(/^ask:/, "");
  const answered = kind === "ask" ? onAsk(ui, ask, optionsIn(detail), name) : undefined;
  // What the loop asks for is done by looop itself, so the person reads all of it first.
  if (answered?.effect?.kind === "run" && kindOfId(ask) !== "worker" && !isNo(answered.effect.words.at(-1) ?? ""))
    return whole(`y: ${answered.effect.words.join(" ")}`, answered.effect.words);
  return answered ?? (worker === undefined ? undefined : onWorker(ui, worker, name));
}

function onAsk(ui: TopUi, id: string, options: readonly string[], name: string): Pressed | undefined {
  if (name === "a") return ask(ui, `answer ${id}${choicesText(options)}: `, ["answer", id]);
  const chosen = name === "y" ? options.find(isYes) : name === "n" ? options.find(isNo) : options[Number(name) - 1];
  return chosen === undefined ? undefined : run(ui, ["answer", id, chosen]);
}

const isYes = (option: string) => option.toLowerCase() === "yes";
const isNo = (option: string) => option.toLowerCase() === "no";

function choicesText(options: readonly string[]): string {
  return options.length === 0 ? "" : ` (${options.map((option, at) => `${at + 1} ${option}`).join(", ")})`;
}

/** Returns the options in the details of an ask; see `inboxOf`. */
function optionsIn(detail: readonly string[]): string[] {
  const line = detail.findLast((text) => text.startsWith("options: "));
  return line === undefined ? [] : line.slice("options: ".length).split(", ");
}

/** Returns the words of a command without `looop` and the variables before it. */
function withoutProgram(command: string): string {
  return /(?:^|\s)looop (.*)$/.exec(command)?.[1] ?? "";
}

function onWorker(ui: TopUi, id: string, name: string): Pressed | undefined {
  switch (name) {
    case "enter":
      return { ui, effect: { kind: "attach", id } };
    case " ":
      return run(ui, ["screenshot", id], "text");
    case "l":
      return run(ui, ["log", id, "--tail", "500"], "text");
    case "m":
      return ask(ui, `tell ${plainLine(id)}: `, ["tell", id]);
    case "s":
      return ask(ui, `send ${plainLine(id)}: `, ["send", id]);
    case "f":
      return run(ui, ["freeze", id]);
    case "t":
      return run(ui, ["thaw", id]);
    case "x":
      return confirm(ui, `End ${plainLine(id)} and all that it started?`, ["kill", id]);
    case "w":
      return run(ui, ["why"], "text");
    default:
      return undefined;
  }
}

function onBeat(ui: TopUi, runId: string, name: string): Pressed | undefined {
  switch (name) {
    case "enter":
    case "w":
    case " ":
      return run(ui, ["why", runId], "text");
    case "d":
      return run(ui, ["diff", runId], "text");
    case "u":
      return confirm(ui, `Revert what ${runId} changed?`, ["undo", runId]);
    default:
      return undefined;
  }
}
