import { canonical, isRecord, parseExactJson } from "../json.ts";
import type { Worker } from "../session/session.ts";
import { bytesOf, clip, plainLine, utf8 } from "../text.ts";

/** Everything a beat looks at to see whether the world changed. */
export interface Observed {
  readonly playbook: Uint8Array;
  readonly goals: readonly Document[];
  readonly readings: readonly Document[];
  readonly workers: readonly Worker[];
}

/** A named piece of text from a file, as bytes. */
export interface Document {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** One item of the world: a digest to compare, and a few words to show. */
export interface Item {
  readonly digest: string;
  /** One clean line, or "" for items that are too long to show. */
  readonly shown: string;
}

/** The world as a table: `playbook`, `goal:<id>`, `snap:<name>`, `schedule:<name>`, `worker:<id>`, `ask:<id>`. */
export interface World {
  readonly hash: string;
  readonly items: Readonly<Record<string, Item>>;
}

type Digest = (content: string | Uint8Array) => string;

/** Longest value in WHAT CHANGED, in characters. */
const SHOWN = 240;

/** The table of what was observed. The order in which things were listed never matters. */
export function worldOf(observed: Observed, digest: Digest): World {
  const items: Record<string, Item> = { playbook: { digest: digest(observed.playbook), shown: "" } };
  for (const goal of observed.goals) items[`goal:${goal.id}`] = { digest: digest(goal.bytes), shown: "" };
  for (const reading of observed.readings) items[`snap:${reading.id}`] = signalItem(reading.bytes, digest);
  for (const worker of observed.workers) items[`worker:${worker.id}`] = workerItem(worker, digest);
  return { hash: digest(framed(items)), items };
}

/**
 * The part of a reading that wakes the decider: the value of `signal` when it is an object that has one, else all of
 * it. What is no JSON, or nested too deeply to be walked, counts byte for byte.
 */
export function wakeSignal(reading: Uint8Array): string | Uint8Array {
  const value = parseExactJson(utf8(reading));
  if (value === undefined) return reading;
  try {
    return canonical(isRecord(value) && Object.hasOwn(value, "signal") ? value["signal"] : value);
  } catch (error) {
    if (error instanceof RangeError) return reading; // the stack is full
    throw error;
  }
}

/** What of a reading wakes the decider, as an item. */
export function signalItem(reading: Uint8Array, digest: Digest): Item {
  const signal = wakeSignal(reading);
  const text = typeof signal === "string" ? signal : utf8(signal.subarray(0, SHOWN * 4));
  // "json" and "raw" keep the text `1` and the raw bytes of a broken reading `1` apart.
  return {
    digest: digest(typeof signal === "string" ? `json:${signal}` : `raw:${digest(signal)}`),
    shown: clip(plainLine(text), SHOWN),
  };
}

/** How a worker stands, as an item. */
export function workerItem(worker: Worker, digest: Digest): Item {
  const verify = worker.verify === undefined ? [] : [worker.verify];
  const parts = [worker.state, worker.exitCode ?? null, worker.endedBy ?? null, worker.note ?? null, ...verify];
  const note = worker.note === undefined ? "" : ` ⚑ ${worker.note}`;
  return { digest: digest(JSON.stringify(parts)), shown: clip(plainLine(`${worker.status}${note}`), SHOWN) };
}

/** The world without some of its items. */
export function without(world: World, items: ReadonlySet<string>, digest: Digest): World {
  const kept = Object.fromEntries(Object.entries(world.items).filter(([item]) => !items.has(item)));
  return { hash: digest(framed(kept)), items: kept };
}

/** The world with some of its items as they are now: undefined for one that is gone. */
export function withItems(world: World, changed: Readonly<Record<string, Item | undefined>>, digest: Digest): World {
  const all = Object.entries({ ...world.items, ...changed });
  const items = Object.fromEntries(all.flatMap(([name, item]) => (item === undefined ? [] : [[name, item]])));
  return { hash: digest(framed(items)), items };
}

/** Digest of what people write (PLAYBOOK and goals): an edit of it cuts a backoff. */
export function policyOf(world: World, digest: Digest): string {
  const others = Object.keys(world.items).filter((item) => item !== "playbook" && !item.startsWith("goal:"));
  return without(world, new Set(others), digest).hash;
}

/** Each name and digest behind its own length, sorted by name: no content can imitate another item. */
function framed(items: Readonly<Record<string, Item>>): string {
  return Object.keys(items)
    .sort()
    .map((name) => `${bytesOf(name).length}:${name}=${items[name]?.digest}\n`)
    .join("");
}

/** What differs between two worlds. */
export interface Change {
  readonly op: "add" | "change" | "remove";
  readonly item: string;
  readonly was: string;
  readonly now: string;
}

/** The changes from `was` to `now`, by item name. */
export function diffWorlds(was: World, now: World): Change[] {
  const names = [...new Set([...Object.keys(was.items), ...Object.keys(now.items)])].sort();
  return names.flatMap((item): Change[] => {
    const [before, after] = [was.items[item], now.items[item]];
    if (before?.digest === after?.digest) return [];
    const op = before === undefined ? "add" : after === undefined ? "remove" : "change";
    return [{ op, item, was: before?.shown ?? "", now: after?.shown ?? "" }];
  });
}

/** A change as one line for the decider. */
export function changeLine(change: Change): string {
  const { op, item, was, now } = change;
  if (op === "add") return `+ ${plainLine(item)} appeared${now === "" ? "" : `: ${now}`}`;
  if (op === "remove") return `- ${plainLine(item)} is gone`;
  return was === "" && now === "" ? `~ ${plainLine(item)} edited` : `~ ${plainLine(item)}: ${was} → ${now}`;
}
