import { type Colour, paint } from "./colour.ts";
import { isRecord, parseJson } from "./json.ts";
import { READERS } from "./stream-events.ts";
import { clip, plain, plainLine } from "./text.ts";

/** What a person sees of a runner's work. */
export type Progress =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "tool"; readonly name: string; readonly about: string }
  /** `fatal`: the runner itself gave up, not one of its tools. */
  | { readonly kind: "failed"; readonly what: string; readonly fatal?: true }
  /** What was no event: a plain line of the runner, as it came. */
  | { readonly kind: "line"; readonly text: string };

/** What an event says about spend. */
export interface Usage {
  /** Undefined when the runner does not know it. */
  readonly costUsd: number | undefined;
  /** All tokens that went in, cached or not. */
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** Set when these are the sums so far of a session: they replace what that session said before. */
  readonly session?: string;
}

/** One line of a runner's output, understood. */
export interface Event {
  readonly progress: readonly Progress[];
  readonly usage?: Usage;
  /** What the model said in the end, as far as this event knows: a later one replaces it. */
  readonly answer?: string;
  /** Whether the line is an event at all, of a kind that says something or of another. */
  readonly known?: true;
}

const NOTHING: Event = { progress: [] };

const OBJECT = /^\s*\{/;

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
