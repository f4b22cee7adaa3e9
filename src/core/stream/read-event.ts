import { type Colour, paint } from "../colour.ts";
import { isRecord, parseJson } from "../json.ts";
import { KINDS } from "../runner/built-in.ts";
import { clip, plain, plainLine } from "../text.ts";
import type { Event, Progress } from "./event.ts";

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
  if (!isRecord(value)) return line.trim() === "" ? NOTHING : { progress: [{ kind: "line", text: line }] };
  const { type } = value;
  if (typeof type !== "string") return NOTHING;
  for (const [, read] of READERS.get(type) ?? []) {
    const event = read(value);
    if (event !== undefined) return { ...event, known: true };
  }
  return { ...NOTHING, known: true };
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
