/** An item of the inbox: one thing that waits for the person. */
import { shortDuration } from "../duration.ts";
import type { Severity } from "../mailbox/ask.ts";

/**
 * The kinds of items. Other programs read them: add names, never rename one. `ask`, `flag` and `dialog` come from
 * workers, and an approval is an `ask` of the loop; `hold` is money, `failure` a beat that looop cannot mend by trying again.
 */
export type InboxKind =
  | "pulse"
  | "config"
  | "hold"
  | "failure"
  | "damage"
  | "ask"
  | "flag"
  | "dialog"
  | "attention"
  | "sensor";

export interface InboxItem {
  /** Stays the same while the item is the same one: `ask:k7m2q`. A flag that is raised again is another item. */
  readonly id: string;
  readonly kind: InboxKind;
  readonly severity: Severity;
  /** The short id of the worker that it is about; undefined for the loop. */
  readonly worker: string | undefined;
  /** The beginning, in milliseconds since the epoch; undefined when it is unknown. */
  readonly sinceMs: number | undefined;
  /** One line that is safe to print. */
  readonly title: string;
  /** More lines that are safe to print. */
  readonly detail: readonly string[];
  /** The commands to type. The first one ends it. */
  readonly commands: readonly string[];
}

/** Returns an item as lines for a terminal. */
export function itemLines({ title, detail, commands, sinceMs }: InboxItem, nowMs: number): string[] {
  const age = sinceMs === undefined ? "" : ` (${shortDuration(nowMs - sinceMs)})`;
  return [`⚑ ${title}${age}`, ...detail.map((line) => `    ${line}`), ...commands.map((command) => `    → ${command}`)];
}

/** One item of `inbox --json`. The fields are public: add fields, never rename one. */
export interface InboxRow {
  readonly id: string;
  readonly kind: InboxKind;
  readonly severity: Severity;
  readonly worker: string | null;
  /** RFC 3339 UTC; null when it is unknown. */
  readonly since: string | null;
  readonly title: string;
  readonly detail: readonly string[];
  readonly commands: readonly string[];
}

export function inboxRow({ worker, sinceMs, ...item }: InboxItem): InboxRow {
  const { id, kind, severity, title, detail, commands } = item;
  const since = sinceMs === undefined ? null : new Date(sinceMs).toISOString();
  return { id, kind, severity, worker: worker ?? null, since, title, detail, commands };
}
