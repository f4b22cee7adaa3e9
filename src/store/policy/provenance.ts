import { join } from "node:path";
import * as v from "valibot";
import { EXIT, LooopError } from "../../core/error.ts";
import { parseJson } from "../../core/json.ts";
import type { Files, Sha256 } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";
import { type LockWait, waitForLock } from "../wait-for-lock.ts";

/**
 * What a tainted beat or a worker wrote: `.provenance.json`. A text counts as written so while it is, byte for byte, what
 * was written then; a person who edits it makes it theirs. A record that cannot be understood means that every text is
 * in doubt: removing the file is the person's word that none is. It is changed under a lock: of two that write at once,
 * the slower would else take the other's doubt away.
 */

/** How long to wait for somebody who changes the record, and how often to look, in milliseconds. */
const LOCK_LIMIT_MS = 5_000;
const LOCK_POLL_MS = 5;

// An older looop wrote one digest of each file, the newest.
const Digests = v.union([
  v.array(v.string()),
  v.pipe(
    v.string(),
    v.transform((digest) => [digest]),
  ),
]);
const RecordFile = v.object({
  v: v.literal(1),
  files: v.record(v.string(), Digests),
  lines: v.record(v.string(), v.string()),
});

/** How many tainted texts are remembered of a path, the newest: an undo can bring back each of them. */
const VERSIONS = 50;

/** How many journal lines are remembered: many times as many as a prompt shows. */
const LINES = 500;

interface Provenance {
  /** By path in the data folder: the digests of the tainted texts that were there, the newest last. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  /** By digest of a journal line: the name of the move that it tells of. */
  readonly lines: Readonly<Record<string, string>>;
}

const NOTHING: Provenance = { files: {}, lines: {} };

/** What is known of who wrote what. */
export interface Known {
  /** Whether the text with this digest at this path is a tainted one. */
  isTainted(path: string, digest: string): boolean;
  /** What a tainted journal line tells of, in words that cannot say anything; undefined for a line that is not tainted. */
  lineOf(digest: string): string | undefined;
}

/** Reads the record once, for one beat. */
export function readProvenance(files: Files, paths: Paths): Known {
  const found = read(files, paths);
  if (found === "damaged") return { isTainted: () => true, lineOf: () => "unknown" };
  return {
    isTainted: (path, digest) => versionsAt(found, path).includes(digest),
    lineOf: (digest) => (Object.hasOwn(found.lines, digest) ? found.lines[digest] : undefined),
  };
}

/**
 * Runs `act` under the lock that all changes below need: what is noted, and the text that it is about. Throws (exit 6)
 * before it when the lock is not freed.
 */
export async function withDoubt<T>(deps: LockWait & { readonly paths: Paths }, act: () => T): Promise<T> {
  const path = join(deps.paths.lockFolder, "doubt");
  const lock = await waitForLock(deps, path, { limitMs: LOCK_LIMIT_MS, everyMs: LOCK_POLL_MS });
  if (lock === undefined) throw stuck(path);
  try {
    return act();
  } finally {
    lock.release();
  }
}

/**
 * Notes whether the text with this digest at `path` is tainted; what is known of others that were there stays. The caller
 * holds the lock, as for each change below.
 */
export function notePath(files: Files, paths: Paths, path: string, digest: string, tainted: boolean): void {
  const found = read(files, paths);
  // The doubt stays: a note in a new record would end it for every other text.
  if (found === "damaged") return;
  const was = versionsAt(found, path);
  if (!tainted && !was.includes(digest)) return;
  const others = was.filter((one) => one !== digest);
  const versions = tainted ? [...others, digest].slice(-VERSIONS) : others;
  const { [path]: _was, ...rest } = found.files;
  write(files, paths, { ...found, files: versions.length === 0 ? rest : { ...rest, [path]: versions } });
}

/** Notes a tainted journal line, and in a few inert words what it tells of. */
export function noteLine(files: Files, paths: Paths, digest: string, move: string): void {
  const found = read(files, paths);
  if (found === "damaged") return;
  const { [digest]: _again, ...others } = found.lines;
  const kept = Object.entries(others).slice(-(LINES - 1));
  write(files, paths, { ...found, lines: { ...Object.fromEntries(kept), [digest]: move } });
}

/** The person read what is at `path` now and says that it may speak. Returns whether it was in doubt. */
export function approvePath(files: Files, paths: Paths, sha256: Sha256, path: string): boolean {
  const found = read(files, paths);
  const bytes = files.readBytes(join(paths.data, path));
  if (found === "damaged" || bytes === undefined) return false;
  const digest = sha256(bytes);
  if (!versionsAt(found, path).includes(digest)) return false;
  notePath(files, paths, path, digest, false);
  return true;
}

/** The same for all of the journal. */
export function approveJournal(files: Files, paths: Paths): boolean {
  const found = read(files, paths);
  if (found === "damaged" || Object.keys(found.lines).length === 0) return false;
  write(files, paths, { ...found, lines: {} });
  return true;
}

/** What is in doubt as it is now: files by path, and how many journal lines. */
export function isUnverified(
  files: Files,
  paths: Paths,
  sha256: Sha256,
): { readonly paths: readonly string[]; readonly lines: number } {
  const found = read(files, paths);
  if (found === "damaged") return { paths: ["everything: .provenance.json cannot be read"], lines: 0 };
  const texts = Object.keys(found.files).filter((path) => {
    const bytes = path.startsWith("asks/") ? undefined : files.readBytes(join(paths.data, path));
    return bytes !== undefined && versionsAt(found, path).includes(sha256(bytes));
  });
  return { paths: texts.sort(), lines: Object.keys(found.lines).length };
}

function versionsAt({ files }: Provenance, path: string): readonly string[] {
  return Object.hasOwn(files, path) ? (files[path] ?? []) : [];
}

function read(files: Files, paths: Paths): Provenance | "damaged" {
  const text = files.read(paths.provenance);
  if (text === undefined) return NOTHING;
  const parsed = v.safeParse(RecordFile, parseJson(text));
  return parsed.success ? parsed.output : "damaged";
}

function write(files: Files, paths: Paths, found: Provenance): void {
  files.write(paths.provenance, `${JSON.stringify({ v: 1, ...found })}\n`);
}

function stuck(path: string): LooopError {
  return new LooopError({
    message: `Cannot note who wrote what: another process has held ${path} for ${LOCK_LIMIT_MS / 1_000} s`,
    hint: "Try again; if it stays, end the stopped process that holds it",
    exit: EXIT.timeout,
  });
}
