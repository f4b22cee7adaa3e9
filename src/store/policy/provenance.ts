import { join } from "node:path";
import * as v from "valibot";
import { EXIT, LooopError } from "../../core/error.ts";
import { parseJson } from "../../core/json.ts";
import type { Files, Sha256 } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";
import { type LockDeps, waitForLock } from "../wait-for-lock.ts";

/**
 * `.provenance.json`: digests of the policy texts and journal lines that a tainted beat or a worker wrote, which makes
 * them unverified. A text is unverified only while its bytes are the recorded ones: an edit by the person makes it
 * trusted. A damaged record makes every text unverified; the person can remove the file to trust them all. Changes are
 * made under a lock, because of two processes that write at once the slower would erase what the other recorded.
 */

/** The wait for that lock and how often it is polled, in milliseconds. */
const LOCK_TIMEOUT_MS = 5_000;
const LOCK_POLL_MS = 5;

// An older looop recorded one digest per file, the newest.
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

/** The number of unverified versions recorded per path, the newest: an undo can restore each of them. */
const MAX_VERSIONS = 50;

/** The number of recorded journal lines: many times as many as a prompt shows. */
const MAX_LINES = 500;

interface Provenance {
  /** By path in the data folder: the digests of its unverified versions, the newest last. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  /** By digest of an unverified journal line: the name of the move that it reports. */
  readonly lines: Readonly<Record<string, string>>;
}

const EMPTY: Provenance = { files: {}, lines: {} };

/** The record as one beat sees it. */
export interface ProvenanceView {
  /** True when the text with this digest at this path is unverified. */
  isTainted(path: string, digest: string): boolean;
  /** The name of the move that an unverified journal line reports; undefined for any other line. */
  lineOf(digest: string): string | undefined;
}

/** Reads the record. A damaged one makes everything unverified. */
export function readProvenance(files: Files, paths: Paths): ProvenanceView {
  const found = read(files, paths);
  if (found === "damaged") return { isTainted: () => true, lineOf: () => "unknown" };
  return {
    isTainted: (path, digest) => versionsAt(found, path).includes(digest),
    lineOf: (digest) => (Object.hasOwn(found.lines, digest) ? found.lines[digest] : undefined),
  };
}

/**
 * Runs `act` under the lock that every change of the record needs, so that the record and the text it is about change
 * together. Throws (exit 6) without running it when the lock stays taken.
 */
export async function withProvenanceLock<T>(deps: LockDeps & { readonly paths: Paths }, act: () => T): Promise<T> {
  const path = join(deps.paths.lockFolder, "doubt");
  using lock = await waitForLock(deps, path, { limitMs: LOCK_TIMEOUT_MS, everyMs: LOCK_POLL_MS });
  if (lock === undefined) throw lockTimeout(path);
  return act();
}

/**
 * Records whether the text with this digest at `path` is unverified, and keeps what is known of its other versions. The
 * caller holds the lock, as for each change below.
 */
export function recordText(files: Files, paths: Paths, path: string, digest: string, tainted: boolean): void {
  const found = read(files, paths);
  // Keeps a damaged record: a new one would make every other text trusted.
  if (found === "damaged") return;
  const recorded = versionsAt(found, path);
  if (!tainted && !recorded.includes(digest)) return;
  const others = recorded.filter((one) => one !== digest);
  const versions = tainted ? [...others, digest].slice(-MAX_VERSIONS) : others;
  const { [path]: _replaced, ...rest } = found.files;
  write(files, paths, { ...found, files: versions.length === 0 ? rest : { ...rest, [path]: versions } });
}

/** Records an unverified journal line with the name of its move, which contains no free text. */
export function recordTaintedLine(files: Files, paths: Paths, digest: string, move: string): void {
  const found = read(files, paths);
  if (found === "damaged") return;
  const { [digest]: _replaced, ...others } = found.lines;
  const kept = Object.entries(others).slice(-(MAX_LINES - 1));
  write(files, paths, { ...found, lines: { ...Object.fromEntries(kept), [digest]: move } });
}

/** Returns true when the record says that the text with this digest at `path` is unverified. A damaged record says nothing. */
export function isRecordedDoubt(files: Files, paths: Paths, path: string, digest: string): boolean {
  const found = read(files, paths);
  return found !== "damaged" && versionsAt(found, path).includes(digest);
}

/** Makes the present text at `path` trusted, by the person's decision. Returns true when it was unverified. */
export function approvePath(files: Files, paths: Paths, sha256: Sha256, path: string): boolean {
  const found = read(files, paths);
  const bytes = files.readBytes(join(paths.data, path));
  if (found === "damaged" || bytes === undefined) return false;
  const digest = sha256(bytes);
  if (!versionsAt(found, path).includes(digest)) return false;
  recordText(files, paths, path, digest, false);
  return true;
}

/** Makes the whole journal trusted. Returns true when a line was unverified. */
export function approveJournal(files: Files, paths: Paths): boolean {
  const found = read(files, paths);
  if (found === "damaged" || Object.keys(found.lines).length === 0) return false;
  write(files, paths, { ...found, lines: {} });
  return true;
}

/** Returns the paths whose present text is unverified, and the number of unverified journal lines. */
export function readUnverified(
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
  if (text === undefined) return EMPTY;
  const parsed = v.safeParse(RecordFile, parseJson(text));
  return parsed.success ? parsed.output : "damaged";
}

function write(files: Files, paths: Paths, found: Provenance): void {
  files.write(paths.provenance, `${JSON.stringify({ v: 1, ...found })}\n`);
}

function lockTimeout(path: string): LooopError {
  return new LooopError({
    message: `Cannot record who wrote the text: another process has held ${path} for ${LOCK_TIMEOUT_MS / 1_000} s`,
    hint: "Try again. If it stays so, end the process that holds the lock",
    exit: EXIT.timeout,
  });
}
