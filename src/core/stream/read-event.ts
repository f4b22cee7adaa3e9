import { type Colour, paint } from "../colour.ts";
import { isRecord, parseJson } from "../json.ts";
import { KINDS } from "../runner/built-in.ts";
import { clip, plain, plainLine } from "../text.ts";
import type { Event, Json, Progress } from "./event.ts";

const NOTHING: Event = { progress: [] };

const OBJECT = /^\s*\{/;

/** The readers of all runners by the type of event. Two programs may use the same type: the first that knows it reads it. */
const READERS = Map.groupBy(
  KINDS.flatMap(({ events }) => Object.entries(events)),
  ([type]) => type,
);

/** The types of event that are read. */
export const EVENT_TYPES: readonly string[] = [...READERS.keys()];

/** Longest part shown of a tool's arguments, in characters. */
const ABOUT_CHARS = 100;

/**
 * Reads one line of any runner's stream. The programs name their events differently, so the type alone tells whose an
 * event is. An event of another type yields nothing; a line that is not an event is shown as it is.
 */
export function readEvent(line: string): Event {
  const value = OBJECT.test(line) ? parseJson(line) : undefined;
  if (!isRecord(value)) return amongWords(line) ?? notAnEvent(line);
  const { type } = value;
  if (typeof type !== "string") return NOTHING;
  return eventOf(value) ?? { ...NOTHING, known: true };
}

function eventOf(value: Json): Event | undefined {
  for (const [, read] of READERS.get(String(value["type"])) ?? []) {
    const event = read(value);
    if (event !== undefined) return { ...event, known: true };
  }
  return undefined;
}

function notAnEvent(line: string): Event {
  return line.trim() === "" ? NOTHING : { progress: [{ kind: "line", text: line }] };
}

/** The most objects that are looked for in one line. */
const OBJECTS_IN_LINE = 3;

/** Returns the event that follows an escape sequence, a window title or other words on its line. */
function amongWords(line: string): Event | undefined {
  const end = line.lastIndexOf("}") + 1;
  let start = line.indexOf('{"');
  for (let tries = 0; start >= 0 && start < end && tries < OBJECTS_IN_LINE; tries += 1) {
    const value = parseJson(line.slice(start, end));
    const event = isRecord(value) ? eventOf(value) : undefined;
    const words = [line.slice(0, start), line.slice(end)].filter((it) => plain(it).trim() !== "");
    const shown = words.map((text): Progress => ({ kind: "line", text }));
    if (event !== undefined) return { ...event, progress: [...shown, ...event.progress] };
    start = line.indexOf('{"', start + 1);
  }
  return undefined;
}

/** Returns the text for a terminal, without the last newline. Only our own colours in it can act on a terminal. */
export function render(progress: Progress, colour: boolean): string {
  const tint = (name: Colour, text: string) => paint(colour, name, text);
  switch (progress.kind) {
    case "text":
      return `\n${plain(progress.text)}`;
    case "tool": {
      const about = clip(plainLine(progress.about), ABOUT_CHARS);
      return `  ${tint("cyan", `→ ${plainLine(progress.name)}`)}${about === "" ? "" : tint("dim", `: ${about}`)}`;
    }
    case "failed":
      return `  ${tint("red", `✗ ${plainLine(progress.what)}`)}`;
    case "line":
      return plain(progress.text);
  }
}
