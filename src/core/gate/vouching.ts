import { bytesOf, utf8 } from "../text.ts";

/**
 * The record of which texts are vouched for. Every other text is in doubt, so an entry that is lost makes looop more
 * careful. A text is vouched for as a whole, by its digest, because the person's own lines in another order can mean
 * something else. The parts in doubt are kept to find out when an edit has removed all of them.
 */
export interface Provenance {
  /** False until what stood at the first beat with this record was vouched for. */
  readonly hasBaseline: boolean;
  /** True when a worker was alive at the end of the last beat: whatever changed since may be its work. */
  readonly wasWorked: boolean;
  /** By path in the data folder. */
  readonly texts: Readonly<Record<string, TextRecord>>;
  /** Digests of the journal lines that are vouched for, the newest last. */
  readonly lines: readonly string[];
  /** By digest of a journal line in doubt: the kind of the move that wrote it, or "" when that is unknown. */
  readonly doubtLines: Readonly<Record<string, string>>;
  /** Names that are vouched for, and whose file says nothing of them: `worker:docs`. */
  readonly names: readonly string[];
}

export interface TextRecord {
  /** Digests of its versions that are vouched for, the newest last. */
  readonly clean: readonly string[];
  /** Digests of the versions, lines and sentences that are in doubt, the newest last. */
  readonly doubt: readonly string[];
}

/** A text as it stands. */
export interface StandingText {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The texts, journal lines and names of one moment. */
export interface Standing {
  readonly texts: readonly StandingText[];
  /** The last lines of the journal. */
  readonly journal: readonly string[];
  /** Names without a text of their own: `worker:docs`, `claim:repo`. */
  readonly names: readonly string[];
}

export type Digest = (content: string | Uint8Array) => string;

export const NO_PROVENANCE: Provenance = {
  hasBaseline: false,
  wasWorked: false,
  texts: {},
  lines: [],
  doubtLines: {},
  names: [],
};

/** The most that is kept per text, and of the journal: many times as many lines as a prompt shows. */
const MAX_CLEAN = 200;
const MAX_DOUBT = 1_000;
const MAX_LINES = 500;
const MAX_NAMES = 500;

/** Marks a text with too many parts to record: no edit clears it, only the person's word. */
const ALL = "*";

/** Goes before the digest of a version in doubt that the person has edited: some of it is theirs. */
const MIXED = "~";

/** The part of a SHA-256 that is kept: 128 bits, so that no text can be made to fit. */
const SHORT = 32;

const NO_TEXT: TextRecord = { clean: [], doubt: [] };

function textRecord({ texts }: Pick<Provenance, "texts">, path: string): TextRecord {
  return (Object.hasOwn(texts, path) ? texts[path] : undefined) ?? NO_TEXT;
}

/** Returns true when the text with this SHA-256 at `path` is vouched for. */
export function isVouched(record: Provenance, path: string, sha256: string): boolean {
  return textRecord(record, path).clean.includes(sha256.slice(0, SHORT));
}

/** Returns true when some version at `path` was vouched for: then so is the name of the path. */
export function hasVouched(record: Provenance, path: string): boolean {
  return textRecord(record, path).clean.length > 0;
}

/** Returns true when this version, or a line or sentence of it, is recorded as in doubt. White space does not count. */
export function isDoubted(record: Provenance, { path, bytes }: StandingText, digest: Digest): boolean {
  const known = textRecord(record, path).doubt;
  if (known.length === 0) return false;
  const doubt = new Set(known);
  return doubt.has(ALL) || [wholeOf(bytes, digest), ...partsOf(bytes, digest)].some((part) => doubt.has(part));
}

/** Returns true when this version is recorded as in doubt, and no version at its path is vouched for. */
export function isAllDoubt(record: Provenance, { path, bytes }: StandingText, digest: Digest): boolean {
  const { clean, doubt } = textRecord(record, path);
  return clean.length === 0 && doubt.includes(wholeOf(bytes, digest));
}

/** Returns the record with a text vouched for. Its parts are no longer in doubt. */
export function vouchText(record: Provenance, { path, bytes }: StandingText, digest: Digest): Provenance {
  const { clean, doubt } = textRecord(record, path);
  const whole = wholeOf(bytes, digest);
  const parts = doubt.length === 0 ? new Set<string>() : new Set([ALL, whole, ...partsOf(bytes, digest)]);
  return withText(record, path, {
    clean: [...clean.filter((one) => one !== whole), whole].slice(-MAX_CLEAN),
    doubt: doubt.filter((part) => !parts.has(part)),
  });
}

/**
 * Returns the record with a text in doubt. `before` is the text that it replaces: the parts that were not in doubt there
 * are not in doubt now, but the text as a whole is.
 */
export function doubtText(
  record: Provenance,
  { path, bytes }: StandingText,
  before: Uint8Array | undefined,
  digest: Digest,
): Provenance {
  const { clean, doubt } = textRecord(record, path);
  const known = new Set(doubt);
  const whole = wholeOf(bytes, digest);
  const old = before === undefined ? "" : wholeOf(before, digest);
  const isKnown = before !== undefined && (clean.includes(old) || known.has(old));
  const kept = new Set(isKnown ? partsOf(before, digest).filter((part) => !known.has(part)) : []);
  const found = [...new Set(partsOf(bytes, digest))].filter((part) => !kept.has(part));
  const parts = found.length < MAX_DOUBT ? [...found, whole] : [whole, ALL];
  const added = new Set(parts);
  return withText(record, path, {
    clean: clean.filter((one) => one !== whole),
    doubt: [...doubt.filter((part) => !added.has(part)), ...parts].slice(-MAX_DOUBT),
  });
}

/** Returns the record with journal lines vouched for. One with the same words that is in doubt stays so. */
export function vouchLines(record: Provenance, lines: readonly string[], digest: Digest): Provenance {
  const digests = lines.map((line) => short(digest(line))).filter((line) => !Object.hasOwn(record.doubtLines, line));
  return { ...record, lines: withNewest(record.lines, digests, MAX_LINES) };
}

/** Returns the record with journal lines vouched for by the person, who has read them: none of them is in doubt. */
export function approveLines(record: Provenance, lines: readonly string[], digest: Digest): Provenance {
  const read = new Set(lines.map((line) => short(digest(line))));
  const doubtLines = Object.fromEntries(Object.entries(record.doubtLines).filter(([line]) => !read.has(line)));
  return vouchLines({ ...record, doubtLines }, lines, digest);
}

/** Returns the record with a journal line in doubt, written by a move of this kind. */
export function doubtLine(record: Provenance, line: string, move: string, digest: Digest): Provenance {
  const key = short(digest(line));
  const { [key]: _replaced, ...others } = record.doubtLines;
  const kept = Object.entries(others).slice(-(MAX_LINES - 1));
  return {
    ...record,
    lines: record.lines.filter((one) => one !== key),
    doubtLines: { ...Object.fromEntries(kept), [key]: move },
  };
}

/** Returns the kind of move that wrote a journal line in doubt ("" when unknown), or undefined for a vouched line. */
export function doubtOfLine(record: Provenance, line: string, digest: Digest): string | undefined {
  const key = short(digest(line));
  if (record.lines.includes(key)) return undefined;
  return Object.hasOwn(record.doubtLines, key) ? record.doubtLines[key] : "";
}

/** Returns true when a journal line is recorded as in doubt. One that no beat has looked at yet is not. */
export function isDoubtedLine(record: Provenance, line: string, digest: Digest): boolean {
  return Object.hasOwn(record.doubtLines, short(digest(line)));
}

/** Returns the record with a name vouched for: `worker:docs`. */
export function vouchName(record: Provenance, name: string): Provenance {
  return record.names.includes(name) ? record : { ...record, names: withNewest(record.names, [name], MAX_NAMES) };
}

/**
 * Decides about everything that changed since the last time. While a worker or a runner lived (`isWorked`) it is in doubt.
 * Otherwise the person did it: it is vouched for, new names too, except for a text that still has a part in doubt. The first
 * time, everything that is not recorded as in doubt is vouched for.
 */
export function settle(record: Provenance, standing: Standing, isWorked: boolean, digest: Digest): Provenance {
  const isDoubtful = isWorked && record.hasBaseline;
  const standingNow = record.hasBaseline ? withoutGoneAsks(record, standing) : { ...record, hasBaseline: true };
  const known = isDoubtful ? standingNow : standing.names.reduce(vouchName, standingNow);
  return settleLines(settleTexts(known, standing, isDoubtful, digest), standing, isDoubtful, digest);
}

function settleTexts(record: Provenance, { texts }: Standing, isDoubtful: boolean, digest: Digest): Provenance {
  return texts.reduce((next, text) => {
    const whole = wholeOf(text.bytes, digest);
    const { clean, doubt } = textRecord(next, text.path);
    if (clean.includes(whole) || doubt.includes(whole) || doubt.includes(MIXED + whole)) return next;
    if (isDoubtful) return doubtText(next, text, undefined, digest);
    if (!isDoubted(next, text, digest)) return vouchText(next, text, digest);
    // The person edited a text in doubt: what they wrote is theirs, what is left of the rest is not.
    return withText(next, text.path, { clean, doubt: [...doubt, MIXED + whole].slice(-MAX_DOUBT) });
  }, record);
}

function settleLines(record: Provenance, { journal }: Standing, isDoubtful: boolean, digest: Digest): Provenance {
  const isNew = (line: string) =>
    doubtOfLine(record, line, digest) !== undefined && !isDoubtedLine(record, line, digest);
  const lines = journal.filter(isNew);
  if (lines.length === 0) return record;
  if (!isDoubtful) return vouchLines(record, lines, digest);
  return lines.reduce((next, line) => doubtLine(next, line, "", digest), record);
}

/** Drops the asks that are closed: no history restores one. */
function withoutGoneAsks(record: Provenance, { texts }: Standing): Provenance {
  const standing = new Set(texts.map(({ path }) => path));
  const gone = Object.keys(record.texts).filter((path) => path.startsWith("asks/") && !standing.has(path));
  if (gone.length === 0) return record;
  const kept = Object.entries(record.texts).filter(([path]) => !gone.includes(path));
  return { ...record, texts: Object.fromEntries(kept) };
}

function withText(record: Provenance, path: string, text: TextRecord): Provenance {
  return { ...record, texts: { ...record.texts, [path]: text } };
}

function withNewest(all: readonly string[], added: readonly string[], max: number): readonly string[] {
  const fresh = new Set(added);
  return [...all.filter((one) => !fresh.has(one)), ...fresh].slice(-max);
}

function wholeOf(bytes: Uint8Array, digest: Digest): string {
  return short(digest(bytes));
}

/**
 * Returns the digests of the lines of a text, and of the sentences in its paragraphs, so that neither other white space nor
 * other line breaks make a part new. Leaves out what holds no words.
 */
function partsOf(bytes: Uint8Array, digest: Digest): string[] {
  const text = utf8(bytes).replace(/\r\n?/g, "\n");
  const spaced = (part: string) => part.replace(/\s+/g, " ").trim();
  const sentences = text.split(/\n[^\S\n]*\n/).flatMap((paragraph) => spaced(paragraph).split(/(?<=[.!?:;]) /));
  const words = [...text.split("\n").map(spaced), ...sentences].filter((part) => /[\p{L}\p{N}]/u.test(part));
  return [...new Set(words)].map((part) => short(digest(bytesOf(part))));
}

function short(sha256: string): string {
  return sha256.slice(0, SHORT);
}
