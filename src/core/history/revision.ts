import { clip, plainLine } from "../text.ts";

/**
 * What made a change that memory keeps. `start` is what was there when memory began, `person` is everything that no beat
 * did, `undo` a person's undo; the others are beats, by how they went.
 */
export type RevisionKind = "start" | "person" | "beat" | "manual" | "answered" | "failed" | "interrupted" | "undo";

/** What a commit says beside its files. */
export interface Note {
  readonly kind: RevisionKind;
  /** One line; a beat's is its line in the journal. */
  readonly subject: string;
  /** The run that made it. */
  readonly beat?: string | undefined;
  /** The kind of its move, in typed mode. */
  readonly action?: string | undefined;
  /** The runs that an undo took back. */
  readonly undid?: readonly string[] | undefined;
}

/** One commit of memory. */
export interface Revision extends Note {
  readonly commit: string;
  readonly atMs: number;
  readonly touches: readonly Touch[];
}

/** A file before and after; undefined for "not there". */
export interface Touch {
  readonly path: string;
  readonly was: Version | undefined;
  readonly now: Version | undefined;
}

export interface Version {
  readonly mode: string;
  /** The id of the content. */
  readonly id: string;
}

/** Longest subject, in characters: a journal line as it is capped in a prompt. */
const SUBJECT_CHARS = 500;

/** How many names a person's commit lists. */
const NAMED = 3;

const KINDS: readonly string[] = ["start", "person", "beat", "manual", "answered", "failed", "interrupted", "undo"];

/** Whether looop made it, and so may take it back. */
export function isOurs({ kind }: Pick<Note, "kind">): boolean {
  return kind !== "person" && kind !== "start";
}

/** The note as a commit message: the line, then what programs read. */
export function messageOf({ kind, subject, beat, action, undid = [] }: Note): string {
  const line = clip(plainLine(subject), SUBJECT_CHARS) || "(no words)";
  const facts = [
    `Looop-Kind: ${kind}`,
    ...(beat === undefined ? [] : [`Looop-Beat: ${plainLine(beat)}`]),
    ...(action === undefined ? [] : [`Looop-Action: ${plainLine(action)}`]),
    ...undid.map((id) => `Looop-Undid: ${plainLine(id)}`),
  ];
  return `${line}\n\n${facts.join("\n")}\n`;
}

/** Reads such a message. One that somebody else wrote, with git, is a person's. */
export function noteOf(message: string): Note {
  const [first = "", ...rest] = message.trimEnd().split("\n\n");
  const subject = plainLine(first);
  // Only the last paragraph is ours: what a journal line says is never a fact.
  const facts = rest.at(-1)?.split("\n") ?? [];
  const all = (name: string) =>
    facts.flatMap((fact) => (fact.startsWith(`${name}: `) ? [fact.slice(name.length + 2)] : []));
  const kind = all("Looop-Kind")[0];
  if (kind === undefined || !isKind(kind)) return { kind: "person", subject };
  return { kind, subject, beat: all("Looop-Beat")[0], action: all("Looop-Action")[0], undid: all("Looop-Undid") };
}

function isKind(word: string): word is RevisionKind {
  return KINDS.includes(word);
}

/** How the commit of what a person changed is called. */
export function editedSubject(paths: readonly string[]): string {
  const named = paths.slice(0, NAMED).join(", ");
  const more = paths.length - NAMED;
  return `edited ${named}${more > 0 ? ` and ${more} more` : ""}`;
}

/** What `git log` is asked for, so that {@linkcode parseLog} can read it. */
export const LOG_FORMAT = ["-z", "--raw", "--no-abbrev", "--no-renames", "--format=%x01%H %ct%n%B"];

/** Reads that log, newest first as it comes. */
export function parseLog(text: string): Revision[] {
  const revisions: (Revision & { touches: Touch[] })[] = [];
  const tokens = text.split("\0");
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? "";
    const start = /^\x01([0-9a-f]{40}) (\d+)\n/.exec(token);
    if (start !== null) {
      const [head, commit = "", seconds = ""] = start;
      revisions.push({ commit, atMs: Number(seconds) * 1_000, ...noteOf(token.slice(head.length)), touches: [] });
      continue;
    }
    const change = /^\n?:(\d+) (\d+) ([0-9a-f]{40}) ([0-9a-f]{40}) [A-Z]/.exec(token);
    if (change === null) continue;
    const [, modeWas = "", modeNow = "", was = "", now = ""] = change;
    const path = tokens[++at] ?? "";
    revisions.at(-1)?.touches.push({ path, was: versionOf(modeWas, was), now: versionOf(modeNow, now) });
  }
  return revisions;
}

function versionOf(mode: string, id: string): Version | undefined {
  return /^0+$/.test(id) ? undefined : { mode, id };
}
