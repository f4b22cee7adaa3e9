/** The data and the state of `looop top`: one screen of what waits, what is done, what it costs. */

import type { InboxItem } from "../inbox/item.ts";
import { SESSION_PREFIX } from "../names.ts";
import type { ListedSession } from "../session/table.ts";

/** Everything that the screen shows, as it was read last. */
export interface TopData {
  readonly nowMs: number;
  /** The text before `looop` in a command. */
  readonly prefix: string;
  readonly inbox: readonly InboxItem[];
  readonly sessions: readonly ListedSession[];
  /** The rows of each live session's screen, by session id. */
  readonly screens: ReadonlyMap<string, readonly string[]>;
  /** The last beats that decided, newest first. */
  readonly beats: readonly TopBeat[];
  readonly pulse: {
    readonly state: "running" | "died" | "stopped";
    readonly runner: string | undefined;
    /** The last beat in words, and its time. */
    readonly last: { readonly atMs: number; readonly words: string } | undefined;
    readonly nextMs: number | undefined;
    readonly dueMs: number | undefined;
  };
  readonly money: {
    readonly todayUsd: number;
    /** The cap of a day; undefined without one. */
    readonly capUsd: number | undefined;
    /** An estimate of what unchanged beats saved in the last seven days, in USD. */
    readonly savedUsd: number;
    /** The last seven days, today last, in USD. */
    readonly weekUsd: readonly number[];
  };
}

export interface TopBeat {
  readonly runId: string;
  readonly atMs: number;
  /** `done`, `asked`, `refused`, `failed` or `interrupted`. */
  readonly outcome: string;
  /** The move in words. */
  readonly move: string;
  readonly changes: number | undefined;
  readonly journal: string;
  /** In USD; undefined when it is unknown. */
  readonly costUsd: number | undefined;
}

/** One row that can be selected. */
export type Row =
  | { readonly section: "inbox"; readonly key: string; readonly item: InboxItem }
  | { readonly section: "workers"; readonly key: string; readonly session: ListedSession }
  | { readonly section: "beats"; readonly key: string; readonly beat: TopBeat };

export type Section = Row["section"];

/** The way the screen takes keys. */
export type Mode =
  | { readonly kind: "list" }
  /** A line is typed at the bottom; the words of the command are `before` and the text. */
  | { readonly kind: "prompt"; readonly label: string; readonly text: string; readonly use: PromptUse }
  /** A question at the bottom: y carries out the command. */
  | { readonly kind: "confirm"; readonly question: string; readonly words: readonly string[] }
  /** A text over the list. With a `choice`, y carries it out once the end of the text is on the screen. */
  | {
      readonly kind: "text";
      readonly title: string;
      readonly lines: readonly string[];
      readonly scroll: number;
      readonly choice?: Choice;
    };

/** An answer to an ask of the loop: what it may do next. */
export interface Choice {
  readonly words: readonly string[];
  /** The width for which the text was broken into lines: a narrower screen would hide the ends of them. */
  readonly cols: number;
}

export type PromptUse =
  | { readonly kind: "filter" }
  | { readonly kind: "command" }
  | { readonly kind: "text"; readonly before: readonly string[] };

/** The state of the screen apart from the data. */
export interface TopUi {
  /** The key of the selected row. When it is gone, the first row is marked, and a key must select it before it acts on it. */
  readonly selected: string | undefined;
  readonly filter: string;
  readonly mode: Mode;
  /** The last command and its result, one line. */
  readonly message: string;
}

export const START: TopUi = { selected: undefined, filter: "", mode: { kind: "list" }, message: "" };

/** A deed outside the screen. `words` follow `looop` on the command line. */
export type Effect =
  | { readonly kind: "quit" }
  | { readonly kind: "attach"; readonly id: string }
  /** Runs a command; `shows` its output over the list, or its last line as the message. */
  | { readonly kind: "run"; readonly words: readonly string[]; readonly shows: "text" | "message" }
  | { readonly kind: "copy"; readonly text: string };

/** Returns the rows that match the filter, in the order of the screen. */
export function rowsOf({ beats, inbox, sessions }: TopData, filter: string): Row[] {
  const rows: Row[] = [
    ...inbox.map((item) => ({ section: "inbox", key: `inbox ${item.id}`, item }) as const),
    ...sessions.map((session) => ({ section: "workers", key: `worker ${session.id}`, session }) as const),
    ...beats.map((beat) => ({ section: "beats", key: `beat ${beat.runId}`, beat }) as const),
  ];
  const wanted = filter.toLowerCase();
  return wanted === "" ? rows : rows.filter((row) => textOf(row).toLowerCase().includes(wanted));
}

function textOf(row: Row): string {
  switch (row.section) {
    case "inbox":
      return [row.item.title, ...row.item.detail].join(" ");
    case "workers":
      return `${row.session.id} ${row.session.details?.task ?? ""} ${row.session.note ?? ""}`;
    case "beats":
      return `${row.beat.runId} ${row.beat.move} ${row.beat.journal}`;
  }
}

/** Returns the place of the selected row; 0 when it is gone. */
export function selectedAt(rows: readonly Row[], { selected }: Pick<TopUi, "selected">): number {
  return Math.max(
    0,
    rows.findIndex(({ key }) => key === selected),
  );
}

/** Selects the first row when nothing was selected yet, so that a row that comes before it does not take the next key. */
export function withSelection(ui: TopUi, data: TopData): TopUi {
  return ui.selected === undefined ? { ...ui, selected: rowsOf(data, ui.filter)[0]?.key } : ui;
}

/** Returns a worker's name as one types it. */
export function shortWorker(id: string): string {
  return id.startsWith(SESSION_PREFIX) ? id.slice(SESSION_PREFIX.length) : id;
}
