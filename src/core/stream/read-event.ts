import { type Colour, paint } from "../colour.ts";
import { isRecord, parseJson } from "../json.ts";
import { CLAUDE } from "../runner/claude.ts";
import { CODEX } from "../runner/codex.ts";
import { OPENCODE } from "../runner/opencode.ts";
import { PI } from "../runner/pi.ts";
import { clip, plain, plainLine } from "../text.ts";
import type { Event, Progress } from "./event.ts";
import type { Readers } from "./fields.ts";

const NOTHING: Event = { progress: [] };

const OBJECT = /^\s*\{/;

/** By the type of an event. No two runners share one but `error`, which two of them fill differently. */
const READERS: Readers = {
  ...PI,
  ...CLAUDE,
  ...CODEX,
  ...OPENCODE,
  error: (event) => ("message" in event ? CODEX : OPENCODE)["error"]?.(event) ?? NOTHING,
};

/** The types of event that say something. */
export const EVENT_TYPES: readonly string[] = Object.keys(READERS);

/** Longest thing shown of a tool's arguments, in characters. */
const ABOUT_CHARS = 100;

/**
 * Reads one line of any runner's stream: pi, claude, codex and opencode name their events differently, so the type
 * alone tells whose it is. An event that is not listed is nothing; a line that is no event is shown as it is.
 */
export function readEvent(line: string): Event {
  const value = OBJECT.test(line) ? parseJson(line) : undefined;
  if (!isRecord(value)) return line.trim() === "" ? NOTHING : { progress: [{ kind: "line", text: line }] };
  const { type } = value;
  if (typeof type !== "string") return NOTHING;
  const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  return { ...(read?.(value) ?? NOTHING), known: true };
}

/** Text for a terminal, without the last newline. Nothing in it but our own colours acts on a terminal. */
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
