import { type Colour, paint } from "../colour.ts";
import { clipCells, displayWidth, padRight, prefix } from "../columns.ts";
import { shortDuration } from "../duration.ts";
import { formatUsd } from "../money/call.ts";
import { cellsOf, tint } from "../session/table.ts";
import { plainLine } from "../text.ts";
import { bar, sparkline } from "./bars.ts";
import { type Row, rowsOf, type Section, selectedAt, shortWorker, type TopData, type TopUi } from "./top-state.ts";

export interface TopLook {
  readonly cols: number;
  readonly rows: number;
  readonly colour: boolean;
}

/** One picture of the screen: exactly as many lines as the terminal has rows. */
export interface Frame {
  readonly lines: readonly string[];
  /** The key of the row that each line shows; undefined for the others. */
  readonly keys: readonly (string | undefined)[];
}

interface Line {
  readonly text: string;
  readonly colour?: Colour | undefined;
  readonly key?: string | undefined;
}

const SECTIONS: readonly Section[] = ["inbox", "workers", "beats"];

/** The part of the room that a section may fill before the others have what they want. */
const SHARES: Readonly<Record<Section, number>> = { inbox: 0.45, workers: 0.35, beats: 0.2 };

/** Draws the screen. */
export function topFrame(data: TopData, ui: TopUi, look: TopLook): Frame {
  const { cols, rows } = look;
  if (cols <= 0 || rows <= 0) return { lines: [], keys: [] };
  const foot = footer(data, ui);
  const body = Math.max(0, rows - 1 - foot.length);
  const middle =
    ui.mode.kind === "text" ? textLines(ui.mode, body) : withPreview(listLines(data, ui, body, cols), data, ui, body);
  const lines = [header(data, cols), ...middle.slice(0, body), ...blank(body - middle.length), ...foot].slice(0, rows);
  return {
    lines: lines.map((line) => drawn(line, look, line.key !== undefined && line.key === selectedKey(data, ui))),
    keys: lines.map(({ key }) => key),
  };
}

function selectedKey(data: TopData, ui: TopUi): string | undefined {
  const rows = rowsOf(data, ui.filter);
  return rows[selectedAt(rows, ui)]?.key;
}

function drawn({ text, colour }: Line, { cols, colour: isOn }: TopLook, isSelected: boolean): string {
  const mark = isSelected ? ">" : " ";
  const clipped = clipCells(`${mark}${text}`, cols);
  if (isSelected) return isOn ? paint(true, "inverse", padRight(clipped, cols)) : clipped;
  return colour === undefined ? clipped : paint(isOn, colour, clipped);
}

function blank(count: number): Line[] {
  return Array.from({ length: Math.max(0, count) }, () => ({ text: "" }));
}

/** The width of the bar of today's money, in cells. */
const BAR = 10;

function header({ money, nowMs, pulse }: TopData, cols: number): Line {
  const { capUsd, savedUsd, todayUsd, weekUsd } = money;
  const next = pulse.nextMs === undefined ? "" : `  next beat in ${shortDuration(Math.max(0, pulse.nextMs - nowMs))}`;
  const runner = pulse.runner === undefined ? "" : `  ${plainLine(pulse.runner)}`;
  const cap = capUsd === undefined ? "" : ` of $${formatUsd(capUsd)}`;
  const part = capUsd === undefined ? "" : ` ${bar(capUsd === 0 ? 1 : todayUsd / capUsd, BAR)}`;
  const saved = savedUsd === 0 ? "" : `  saved $${formatUsd(savedUsd)}`;
  const spent = `today $${formatUsd(todayUsd)}${cap}`;
  const state = `looop  pulse ${pulse.state}`;
  const week = `  ${sparkline(weekUsd)}`;
  // The first that fits: what matters least is left out first.
  const variants: readonly (readonly [left: string, right: string])[] = [
    [`${state}${runner}${next}`, `${spent}${part}${saved}${week}`],
    [`${state}${runner}${next}`, `${spent}${part}${week}`],
    [`${state}${next}`, `${spent}${part}${week}`],
    [`${state}${next}`, `${spent}${part}`],
    [`${state}${next}`, spent],
    [state, spent],
  ];
  const gapOf = ([left, right]: readonly [string, string]) => cols - 1 - displayWidth(left) - displayWidth(right);
  const fitting = variants.find((variant) => gapOf(variant) >= 2) ?? [state, spent];
  const text = `${fitting[0]}${" ".repeat(Math.max(2, gapOf(fitting)))}${fitting[1]}`;
  return { text, colour: pulse.state === "died" ? "red" : "bold" };
}

function textLines(
  { lines, scroll, title }: { lines: readonly string[]; scroll: number; title: string },
  room: number,
): Line[] {
  const page = Math.max(0, room - 1);
  const last = Math.min(lines.length, scroll + page);
  const where = lines.length > page ? `, lines ${scroll + 1} to ${last} of ${lines.length}` : "";
  return [
    { text: `${plainLine(title)}${where}`, colour: "cyan" },
    ...lines.slice(scroll, last).map((text) => ({ text })),
  ];
}

/** Returns the lines of the three parts, each scrolled so that the selected row is seen. */
function listLines(data: TopData, ui: TopUi, room: number, cols: number): Line[] {
  const rows = rowsOf(data, ui.filter);
  const selected = rows[selectedAt(rows, ui)]?.key;
  const of = (section: Section) => rows.filter((row) => row.section === section);
  const heights = share(
    room - SECTIONS.length,
    SECTIONS.map((section) => Math.max(1, of(section).length)),
  );
  return SECTIONS.flatMap((section, at) => {
    const mine = of(section);
    const height = heights[at] ?? 1;
    const place = mine.findIndex(({ key }) => key === selected);
    const from = Math.max(0, Math.min(mine.length - height, place - Math.floor(height / 2)));
    const shown = mine.slice(from, from + height);
    const hidden = mine.length - shown.length;
    const title = {
      text: `${titleOf(section, data)}${hidden > 0 ? `  (${hidden} more)` : ""}`,
      colour: "cyan",
    } as const;
    const lines =
      shown.length === 0 ? [{ text: `  ${EMPTY[section]}`, colour: "dim" } as const] : rowLines(shown, data, cols);
    return [
      title,
      ...lines.slice(0, height),
      ...(section === "beats" ? [] : blank(height - Math.max(1, shown.length))),
    ];
  });
}

/** The least number of free lines below the list that are used to show the selected row whole. */
const PREVIEW_LINES = 4;

/** Shows the selected row in what the list leaves free: the item's words, or the end of the worker's screen. */
function withPreview(list: readonly Line[], data: TopData, ui: TopUi, room: number): Line[] {
  const free = room - list.length;
  const rows = rowsOf(data, ui.filter);
  const row = rows[selectedAt(rows, ui)];
  if (free < PREVIEW_LINES || row === undefined) return [...list];
  const { title, lines } = previewOf(row, data);
  if (lines.length === 0) return [...list];
  const shown = row.section === "workers" ? lines.slice(-(free - 2)) : lines.slice(0, free - 2);
  return [...list, { text: "" }, { text: title, colour: "cyan" }, ...shown.map((text) => ({ text: `  ${text}` }))];
}

function previewOf(row: Row, { screens }: TopData): { readonly title: string; readonly lines: readonly string[] } {
  switch (row.section) {
    case "inbox": {
      const { commands, detail, kind, title } = row.item;
      return { title: kind.toUpperCase(), lines: [title, ...detail, ...commands.map((command) => `→ ${command}`)] };
    }
    case "workers":
      return {
        title: `SCREEN OF ${shortWorker(row.session.id)}`,
        lines: (screens.get(row.session.id) ?? []).map(plainLine),
      };
    case "beats":
      return { title: row.beat.runId, lines: [row.beat.move, row.beat.journal].filter(Boolean).map(plainLine) };
  }
}

const EMPTY: Readonly<Record<Section, string>> = {
  inbox: "nothing needs you",
  workers: "no workers",
  beats: "no beat has decided yet",
};

/** Divides `room` lines: each part gets its share or what it wants, and the rest goes to those that want more. */
function share(room: number, wanted: readonly number[]): number[] {
  const heights = SECTIONS.map((section, at) =>
    Math.min(wanted[at] ?? 0, Math.max(1, Math.floor(room * SHARES[section]))),
  );
  let left = room - heights.reduce((sum, height) => sum + height, 0);
  for (const [at, want] of wanted.entries()) {
    const more = Math.max(0, Math.min(left, want - (heights[at] ?? 0)));
    heights[at] = (heights[at] ?? 0) + more;
    left -= more;
  }
  return heights;
}

function titleOf(section: Section, { inbox, nowMs, pulse, sessions }: TopData): string {
  if (section === "inbox") return `NEEDS YOU ${inbox.length}`;
  if (section === "workers") return `WORKERS ${sessions.length}`;
  const { dueMs, last } = pulse;
  const ago = last === undefined ? "" : `  last beat ${shortDuration(nowMs - last.atMs)} ago: ${plainLine(last.words)}`;
  const due = dueMs === undefined ? "" : `  next schedule in ${shortDuration(Math.max(0, dueMs - nowMs))}`;
  return `LOOP${ago}${due}`;
}

function rowLines(rows: readonly Row[], data: TopData, cols: number): Line[] {
  const cells = rows.map((row) => ({ row, cells: cellsOfRow(row, data) }));
  const widths = [0, 1, 2, 3, 4].map((at) =>
    Math.max(...cells.map(({ cells: [...all] }) => (at < all.length - 1 ? displayWidth(all[at] ?? "") : 0))),
  );
  // A long name must not push everything else off the screen.
  const most = Math.max(8, Math.floor(cols / 4));
  return cells.map(({ row, cells: all }) => ({
    text: `  ${all.map((cell, at) => (at === all.length - 1 ? cell : fit(cell, Math.min(most, widths[at] ?? 0)))).join("  ")}`,
    colour: colourOf(row),
    key: row.key,
  }));
}

function fit(cell: string, width: number): string {
  return padRight(displayWidth(cell) <= width ? cell : `${prefix(cell, Math.max(0, width - 1))}…`, width);
}

function cellsOfRow(row: Row, { nowMs, screens }: TopData): string[] {
  switch (row.section) {
    case "inbox": {
      const { detail, sinceMs, title } = row.item;
      const age = sinceMs === undefined ? "" : shortDuration(Math.max(0, nowMs - sinceMs));
      return [age.padStart(3), [title, ...detail.filter((line) => line !== "").slice(0, 1)].join("  ")];
    }
    case "workers": {
      const [id = "", state = "", age = "", runner = "", cost = "", task = ""] = cellsOf(row.session, nowMs);
      const last = plainLine(screens.get(row.session.id)?.at(-1) ?? "").trim();
      return [shortWorker(id), state, age, runner, cost, last === "" ? task : `${task}  ↳ ${last}`];
    }
    case "beats": {
      const { atMs, changes, costUsd, journal, move, outcome } = row.beat;
      const count = changes === undefined ? "first beat" : `${changes} changed`;
      const cost = costUsd === undefined ? "$?" : `$${formatUsd(costUsd)}`;
      return [
        shortDuration(Math.max(0, nowMs - atMs)).padStart(3),
        outcome,
        count,
        cost,
        [move, journal].filter(Boolean).map(plainLine).join("  "),
      ];
    }
  }
}

function colourOf(row: Row): Colour | undefined {
  switch (row.section) {
    case "inbox":
      return row.item.severity === "now" ? "yellow" : undefined;
    case "workers":
      return tint(row.session);
    case "beats":
      return row.beat.outcome === "failed" || row.beat.outcome === "refused" ? "red" : undefined;
  }
}

const HINTS: Readonly<Record<Section, string>> = {
  inbox: "Enter look or attach · 1-9 y n a answer · r its command · ? keys · q leave",
  workers: "Enter attach · Space look · m tell · s send · f freeze · x end · ? keys · q leave",
  beats: "Enter why · d diff · u undo · ? keys · q leave",
};

function footer(data: TopData, ui: TopUi): Line[] {
  const { filter, message, mode } = ui;
  if (mode.kind === "prompt") return [{ text: message, colour: "dim" }, { text: `${mode.label}${mode.text}█` }];
  if (mode.kind === "confirm")
    return [
      { text: message, colour: "dim" },
      { text: mode.question, colour: "yellow" },
    ];
  const rows = rowsOf(data, filter);
  const section = rows[selectedAt(rows, ui)]?.section ?? "beats";
  const scrolled = mode.kind === "text" && mode.choice !== undefined ? "y at the end: do it · " : "";
  const hint = mode.kind === "text" ? `${scrolled}↑ ↓ Space b scroll · q back` : HINTS[section];
  return [
    { text: filter === "" ? plainLine(message) : `only "${plainLine(filter)}"  ${plainLine(message)}`, colour: "dim" },
    { text: hint, colour: "dim" },
  ];
}
