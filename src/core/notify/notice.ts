import { type InboxItem, type InboxRow, inboxRow } from "../inbox/item.ts";
import { SEVERITIES, type Severity } from "../mailbox/ask.ts";
import { bytesOf, clip, utf8 } from "../text.ts";

/** A message to the person through a channel. The fields are public (exec, webhook): add fields, never rename one. */
export interface Notice {
  readonly v: 1;
  /** Equal for the same notice, so that a receiver can drop one that comes twice. */
  readonly id: string;
  readonly kind: "item" | "digest" | "test";
  readonly severity: Severity;
  /** One line in looop's own words. */
  readonly title: string;
  /** Lines for a person; the words of workers and files are marked with `>`. */
  readonly body: string;
  readonly items: readonly InboxRow[];
}

/** The most lines and characters that a notice shows of one item. */
const DETAIL_LINES = 20;
const LINE_CHARS = 400;

/** The number of items that a digest names. */
const MAX_NAMED = 30;

/** Returns the notice about one or more items. `id` is unique for them. */
export function noticeOf(items: readonly InboxItem[], id: string): Notice {
  const [first, ...more] = items.map(shortened);
  if (first === undefined) throw new Error("a notice without items");
  const rows = [first, ...more].slice(0, MAX_NAMED).map(inboxRow);
  if (more.length === 0) {
    const body = [
      `> ${first.title}`,
      ...first.detail.map((line) => `> ${line}`),
      ...first.commands.map((it) => `→ ${it}`),
    ].join("\n");
    return { v: 1, id, kind: "item", severity: first.severity, title: `looop: ${headline(first)}`, body, items: rows };
  }
  const all = [first, ...more];
  const severity = SEVERITIES.find((it) => all.some((item) => item.severity === it)) ?? "soon";
  const named = all.slice(0, MAX_NAMED).flatMap((item) => [`${headline(item)}`, `> ${item.title}`]);
  const hidden = all.length - MAX_NAMED;
  const body = [...named, ...(hidden > 0 ? [`(${hidden} more)`] : []), "→ looop inbox"].join("\n");
  return { v: 1, id, kind: "digest", severity, title: `looop: ${all.length} things need you`, body, items: rows };
}

/** Returns a notice that shows that a channel works. */
export function testNotice(id: string): Notice {
  const body = "This is a test. looop sends here what waits for you.";
  return { v: 1, id, kind: "test", severity: "soon", title: "looop: a test", body, items: [] };
}

function shortened(item: InboxItem): InboxItem {
  const detail = item.detail.slice(0, DETAIL_LINES).map((line) => clip(line, LINE_CHARS));
  const hidden = item.detail.length - detail.length;
  return {
    ...item,
    id: clip(item.id, LINE_CHARS),
    title: clip(item.title, LINE_CHARS),
    detail: hidden > 0 ? [...detail, `(${hidden} more lines)`] : detail,
  };
}

/** Returns what an item is, in looop's own words: nothing that a worker wrote but its name. */
function headline({ kind, worker }: InboxItem): string {
  const who = worker ?? "the loop";
  switch (kind) {
    case "ask":
      return `${who} asks you`;
    case "flag":
      return `${who} calls you`;
    case "dialog":
      return `${who} sits at a dialog`;
    case "pulse":
      return "the pulse died";
    case "config":
      return "the config cannot be used";
    case "hold":
      return "nothing is spent";
    case "failure":
      return "beats fail";
    case "damage":
      return "a file is damaged";
    case "attention":
      return "attention.md has a line for you";
    case "sensor":
      return "a sensor fails";
  }
}

/** Returns the text cut to at most `bytes` bytes of UTF-8. */
export function clipBytes(text: string, bytes: number): string {
  const whole = bytesOf(text);
  if (whole.length <= bytes) return text;
  return `${utf8(whole.subarray(0, bytes - 3)).replace(/\ufffd+$/, "")}…`;
}
