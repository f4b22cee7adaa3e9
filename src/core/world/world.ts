import { canonical, isRecord, parseExactJson } from "../json.ts";
import type { Worker } from "../session/session.ts";
import { bytesOf, clip, plainLine, utf8 } from "../text.ts";

/** The inputs of a world, apart from the asks. */
export interface Observed {
  readonly playbook: Uint8Array;
  readonly goals: readonly Document[];
  readonly readings: readonly Reading[];
  readonly workers: readonly Worker[];
}

/** The content of a file, by name. */
export interface Document {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** A sensor script: trust in what it prints is trust in exactly this file name with exactly these bytes. */
export interface Maker {
  /** Its file in sensors/. */
  readonly file: string;
  readonly sha256: string;
}

/** The reading of a sensor. */
export interface Reading extends Document {
  /** The script that made it, as it was when it ran; undefined when that is unknown. */
  readonly maker?: Maker | undefined;
}

/** One item of the world. */
export interface Item {
  /** Compared with the last one. */
  readonly digest: string;
  /** The item on one line that is safe to print, or "" for a PLAYBOOK or a goal, which are too long. */
  readonly shown: string;
  /** The script that made a reading. It is not compared: the same signal from another script is no change. */
  readonly maker?: Maker | undefined;
}

/** All items by name: `playbook`, `goal:<id>`, `snap:<name>`, `schedule:<name>`, `worker:<id>`, `ask:<id>`. */
export interface World {
  readonly hash: string;
  readonly items: Readonly<Record<string, Item>>;
}

type Digest = (content: string | Uint8Array) => string;

/** Longest value in WHAT CHANGED, in characters. */
const SHOWN_CHARS = 240;

/** Returns the world that was observed. Its hash does not depend on the order of the lists. */
export function worldOf(observed: Observed, digest: Digest): World {
  const items: Record<string, Item> = { playbook: { digest: digest(observed.playbook), shown: "" } };
  for (const goal of observed.goals) items[`goal:${goal.id}`] = { digest: digest(goal.bytes), shown: "" };
  for (const { id, bytes, maker } of observed.readings)
    items[`snap:${id}`] = { ...signalItem(bytes, digest), ...(maker === undefined ? {} : { maker }) };
  for (const worker of observed.workers) items[`worker:${worker.id}`] = workerItem(worker, digest);
  return { hash: digest(hashInput(items)), items };
}

/**
 * Returns the signal of a reading: the value of its `signal` field, or the whole reading when it is not an object with
 * one. JSON is returned in a canonical form; a reading that is not JSON, or is nested too deeply, as its bytes.
 */
export function wakeSignal(reading: Uint8Array): string | Uint8Array {
  const value = parseExactJson(utf8(reading));
  if (value === undefined) return reading;
  try {
    return canonical(isRecord(value) && Object.hasOwn(value, "signal") ? value["signal"] : value);
  } catch (error) {
    if (error instanceof RangeError) return reading; // nested too deeply for the stack
    throw error;
  }
}

/** Returns a reading's signal as an item. */
export function signalItem(reading: Uint8Array, digest: Digest): Item {
  const signal = wakeSignal(reading);
  const text = typeof signal === "string" ? signal : utf8(signal.subarray(0, SHOWN_CHARS * 4));
  // The prefixes keep the canonical JSON of one reading from being equal to the raw bytes of another.
  return {
    digest: digest(typeof signal === "string" ? `json:${signal}` : `raw:${digest(signal)}`),
    shown: clip(plainLine(text), SHOWN_CHARS),
  };
}

/** Returns a worker's state as an item. */
export function workerItem(worker: Worker, digest: Digest): Item {
  const verify = worker.verify === undefined ? [] : [worker.verify];
  const parts = [worker.state, worker.exitCode ?? null, worker.endedBy ?? null, worker.note ?? null, ...verify];
  const note = worker.note === undefined ? "" : ` ⚑ ${worker.note}`;
  return { digest: digest(JSON.stringify(parts)), shown: clip(plainLine(`${worker.status}${note}`), SHOWN_CHARS) };
}

/** Returns the world without some of its items. */
export function withoutItems(world: World, items: ReadonlySet<string>, digest: Digest): World {
  const kept = Object.fromEntries(Object.entries(world.items).filter(([item]) => !items.has(item)));
  return { hash: digest(hashInput(kept)), items: kept };
}

/** Returns the world with some items replaced; undefined removes one. */
export function withItems(world: World, changed: Readonly<Record<string, Item | undefined>>, digest: Digest): World {
  const all = Object.entries({ ...world.items, ...changed });
  const items = Object.fromEntries(all.flatMap(([name, item]) => (item === undefined ? [] : [[name, item]])));
  return { hash: digest(hashInput(items)), items };
}

/** Returns a digest of the PLAYBOOK and the goals. When the person edits them, a backoff ends. */
export function policyDigest(world: World, digest: Digest): string {
  const others = Object.keys(world.items).filter((item) => item !== "playbook" && !item.startsWith("goal:"));
  return withoutItems(world, new Set(others), digest).hash;
}

/** Returns a line for each item, sorted by name. The length before each name keeps a name from imitating another item. */
function hashInput(items: Readonly<Record<string, Item>>): string {
  return Object.keys(items)
    .sort()
    .map((name) => `${bytesOf(name).length}:${name}=${items[name]?.digest}\n`)
    .join("");
}

/** A difference between two worlds. */
export interface Change {
  readonly op: "add" | "change" | "remove";
  readonly item: string;
  readonly was: string;
  readonly now: string;
}

/** Returns the changes from `was` to `now`, sorted by item name. */
export function diffWorlds(was: World, now: World): Change[] {
  const names = [...new Set([...Object.keys(was.items), ...Object.keys(now.items)])].sort();
  return names.flatMap((item): Change[] => {
    const [before, after] = [was.items[item], now.items[item]];
    if (before?.digest === after?.digest) return [];
    const op = before === undefined ? "add" : after === undefined ? "remove" : "change";
    return [{ op, item, was: before?.shown ?? "", now: after?.shown ?? "" }];
  });
}

/** Returns a change as one line for the decider. */
export function changeLine(change: Change): string {
  const { op, item, was, now } = change;
  if (op === "add") return `+ ${plainLine(item)} appeared${now === "" ? "" : `: ${now}`}`;
  if (op === "remove") return `- ${plainLine(item)} is gone`;
  return was === "" && now === "" ? `~ ${plainLine(item)} edited` : `~ ${plainLine(item)}: ${was} → ${now}`;
}
