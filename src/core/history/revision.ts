import { clip, plainLine } from "../text.ts";

/**
 * The origin of a revision. `start` is the first revision of the history, `person` an edit outside looop, `undo` a
 * `looop undo`. The others are kinds of beats.
 */
export type RevisionKind = "start" | "person" | "beat" | "manual" | "answered" | "failed" | "interrupted" | "undo";

/** The commit message of a revision, as data. */
export interface Note {
  readonly kind: RevisionKind;
  /** One line. For a beat, its line in the journal. */
  readonly subject: string;
  /** The run that made the revision. */
  readonly beat?: string | undefined;
  /** The kind of the beat's move, in typed mode. */
  readonly action?: string | undefined;
  /** The runs that an undo reverted. */
  readonly undid?: readonly string[] | undefined;
}

/** One commit of the history. */
export interface Revision extends Note {
  readonly commit: string;
  readonly atMs: number;
  readonly touches: readonly Touch[];
}

/** A file before and after a revision; undefined where it does not exist. */
export interface Touch {
  readonly path: string;
  readonly was: Version | undefined;
  readonly now: Version | undefined;
}

/** One version of a file. */
export interface Version {
  readonly mode: string;
  /** The id of the blob. */
  readonly id: string;
}

/** Longest subject, in characters. The prompt cuts a journal line at the same length. */
const SUBJECT_CHARS = 500;

/** Most paths in the subject of a person's revision. */
const MAX_PATHS = 3;

const KINDS: readonly string[] = ["start", "person", "beat", "manual", "answered", "failed", "interrupted", "undo"];

/** Returns true when looop made the revision, so that an undo may revert it. */
export function isOurs({ kind }: Pick<Note, "kind">): boolean {
  return kind !== "person" && kind !== "start";
}

/** Returns a note as a commit message: the subject, then a paragraph of trailers for programs. */
export function renderNote({ kind, subject, beat, action, undid = [] }: Note): string {
  const line = clip(plainLine(subject), SUBJECT_CHARS) || "(no words)";
  const trailers = [
    `Looop-Kind: ${kind}`,
    ...(beat === undefined ? [] : [`Looop-Beat: ${plainLine(beat)}`]),
    ...(action === undefined ? [] : [`Looop-Action: ${plainLine(action)}`]),
    ...undid.map((id) => `Looop-Undid: ${plainLine(id)}`),
  ];
  return `${line}\n\n${trailers.join("\n")}\n`;
}

/** Parses a commit message. One without our trailers was written by a person with git. */
export function parseNote(message: string): Note {
  const [first = "", ...rest] = message.trimEnd().split("\n\n");
  const subject = plainLine(first);
  // Only the last paragraph counts, so that a journal line cannot forge a trailer.
  const trailers = rest.at(-1)?.split("\n") ?? [];
  const valuesOf = (name: string) =>
    trailers.flatMap((line) => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []));
  const [kind] = valuesOf("Looop-Kind");
  if (kind === undefined || !isKind(kind)) return { kind: "person", subject };
  const [[beat], [action]] = [valuesOf("Looop-Beat"), valuesOf("Looop-Action")];
  return { kind, subject, beat, action, undid: valuesOf("Looop-Undid") };
}

function isKind(word: string): word is RevisionKind {
  return KINDS.includes(word);
}

/** Returns the subject of a revision with a person's edits. */
export function editedSubject(paths: readonly string[]): string {
  const named = paths.slice(0, MAX_PATHS).join(", ");
  const more = paths.length - MAX_PATHS;
  return `edited ${named}${more > 0 ? ` and ${more} more` : ""}`;
}

/** The options of `git log` whose output {@linkcode parseLog} reads. */
export const LOG_FORMAT = ["-z", "--raw", "--no-abbrev", "--no-renames", "--format=%x01%H %ct%n%B"];

/** Parses the output of `git log` with {@linkcode LOG_FORMAT}; newest first. */
export function parseLog(text: string): Revision[] {
  const revisions: (Revision & { touches: Touch[] })[] = [];
  const tokens = text.split("\0");
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? "";
    const start = /^\x01([0-9a-f]{40}) (\d+)\n/.exec(token);
    if (start !== null) {
      const [head, commit = "", seconds = ""] = start;
      revisions.push({ commit, atMs: Number(seconds) * 1_000, ...parseNote(token.slice(head.length)), touches: [] });
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
