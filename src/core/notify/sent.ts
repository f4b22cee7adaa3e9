import { clip } from "../text.ts";
import type { ChannelName } from "./notify-settings.ts";

/** The record of what was sent, so that each item is sent once. */
export interface Sent {
  /** By {@linkcode itemKey}. */
  readonly items: Readonly<Record<string, SentItem>>;
  /** The times of the last hour's notices. */
  readonly times: Readonly<Partial<Record<ChannelName, readonly number[]>>>;
  /** The channels whose last attempt failed. */
  readonly failing: Readonly<Partial<Record<ChannelName, Failing>>>;
}

export interface SentItem {
  /** The first time that it was seen. */
  readonly firstMs: number;
  /** The channels that have sent it. */
  readonly by: readonly ChannelName[];
  /** The time since which it waits no more. */
  readonly goneMs?: number;
}

export interface Failing {
  readonly sinceMs: number;
  readonly error: string;
}

export const NOTHING_SENT: Sent = { items: {}, times: {}, failing: {} };

export const HOUR_MS = 3_600_000;

/** An item's id may hold a whole error. */
const KEY_CHARS = 200;

/** Returns the name of an item in the record. */
export function itemKey({ id }: { readonly id: string }): string {
  return clip(id.replaceAll("\n", " "), KEY_CHARS);
}

/**
 * Returns the record with the items that wait now. One that is gone for less than an hour and comes back is the same item:
 * a sensor that fails every other time is told once.
 */
export function withItems(sent: Sent, waiting: readonly { readonly id: string }[], nowMs: number): Sent {
  const keys = new Set(waiting.map(itemKey));
  const kept = Object.entries(sent.items).flatMap(([key, item]): [string, SentItem][] => {
    if (keys.has(key)) return [[key, { firstMs: item.firstMs, by: item.by }]];
    const goneMs = item.goneMs ?? nowMs;
    return nowMs - goneMs >= HOUR_MS ? [] : [[key, { ...item, goneMs }]];
  });
  const known = new Set(kept.map(([key]) => key));
  const fresh = [...keys].filter((key) => !known.has(key)).map((key) => [key, { firstMs: nowMs, by: [] }] as const);
  return { ...sent, items: Object.fromEntries([...kept, ...fresh]) };
}

/** Returns the record after `channel` has sent a notice about these items. */
export function withNotice(
  sent: Sent,
  channel: ChannelName,
  items: readonly { readonly id: string }[],
  nowMs: number,
): Sent {
  const keys = new Set(items.map(itemKey));
  const told = Object.entries(sent.items).map(([key, item]): [string, SentItem] => [
    key,
    keys.has(key) ? { ...item, by: [...item.by.filter((it) => it !== channel), channel] } : item,
  ]);
  const { [channel]: _failing, ...failing } = sent.failing;
  const times = { ...sent.times, [channel]: [...recentTimes(sent, channel, nowMs), nowMs] };
  return { items: Object.fromEntries(told), times, failing };
}

/** Returns the times of the channel's notices in the last hour. A time in the future is of a clock that was set back. */
export function recentTimes({ times }: Sent, channel: ChannelName, nowMs: number): readonly number[] {
  return (times[channel] ?? []).filter((ms) => ms <= nowMs && nowMs - ms < HOUR_MS);
}
