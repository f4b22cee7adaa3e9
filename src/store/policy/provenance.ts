import { join } from "node:path";
import * as v from "valibot";
import { EXIT, LooopError } from "../../core/error.ts";
import {
  approveLines,
  doubtLine,
  doubtOfLine,
  doubtText,
  hasVouched,
  isAllDoubt,
  isDoubted,
  isVouched,
  NO_PROVENANCE,
  type Provenance,
  type StandingText,
  vouchLines,
  vouchName,
  vouchText,
} from "../../core/gate/vouching.ts";
import { parseJson } from "../../core/json.ts";
import type { Files, Sha256 } from "../../sys/sys.ts";
import type { Paths } from "../paths.ts";
import { type LockDeps, waitForLock } from "../wait-for-lock.ts";

/**
 * `.provenance.json`: digests of the policy texts and journal lines that are vouched for, and of what is known to be in
 * doubt. A damaged record puts every text in doubt; the person can remove the file, which vouches for all that stands.
 * Changes are made under a lock: when two processes write at once, the later would erase what the other recorded.
 */

/** The wait for that lock and how often it is polled, in milliseconds. */
const LOCK_TIMEOUT_MS = 5_000;
const LOCK_POLL_MS = 5;

const digests = v.array(v.string());
const RecordFile = v.object({
  v: v.literal(2),
  baseline: v.boolean(),
  worked: v.boolean(),
  texts: v.record(v.string(), v.object({ clean: digests, doubt: digests })),
  lines: digests,
  doubt_lines: v.record(v.string(), v.string()),
  names: digests,
});

/** The record of an older looop: what was in doubt. One digest per file, before that became a list. */
const OldFile = v.object({
  v: v.literal(1),
  files: v.record(v.string(), v.union([digests, v.string()])),
  lines: v.record(v.string(), v.string()),
});

/** The dependencies of reading and changing the record. */
export interface ProvenanceDeps {
  readonly files: Files;
  readonly paths: Paths;
  readonly sha256: Sha256;
}

/** The record as one beat sees it. */
export interface ProvenanceView {
  /** True when the text with this SHA-256 at this path is in doubt. */
  isTainted(path: string, sha256: string): boolean;
  /** True when the name of this path, or one such as `worker:docs`, is vouched for. */
  isNamed(name: string): boolean;
  /** The kind of the move that wrote a journal line in doubt, "" when that is unknown; undefined for any other line. */
  lineOf(line: string): string | undefined;
}

/** Returns the view of a record. */
export function viewOf(found: Provenance | "damaged", sha256: Sha256): ProvenanceView {
  if (found === "damaged") return { isTainted: () => true, isNamed: () => false, lineOf: () => "" };
  return {
    isTainted: (path, digest) => !isVouched(found, path, digest),
    isNamed: (name) => hasVouched(found, name) || found.names.includes(name),
    lineOf: (line) => doubtOfLine(found, line, sha256),
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
 * Records that the text which will stand at `path` is in doubt. To be called before the text is written: the text that
 * stands there now tells which parts are new. The caller holds the lock, as for each change below.
 */
export function recordDoubt(deps: ProvenanceDeps, text: StandingText): void {
  const before = deps.files.readBytes(join(deps.paths.data, text.path));
  change(deps, (record) => doubtText(record, text, before, deps.sha256));
}

/** Records that a text is vouched for. To be called after it was written: a kill between the two leaves it in doubt. */
export function recordVouched(deps: ProvenanceDeps, text: StandingText): void {
  change(deps, (record) => vouchText(record, text, deps.sha256));
}

/** Records that a name is vouched for: `worker:docs`. Before the first beat that is left to the baseline. */
export function recordVouchedName(deps: ProvenanceDeps, name: string): void {
  change(deps, (record) => (record.hasBaseline ? vouchName(record, name) : record));
}

/** Records a journal line in doubt with the kind of its move, which contains no free text. */
export function recordDoubtLine(deps: ProvenanceDeps, line: string, move: string): void {
  change(deps, (record) => doubtLine(record, line, move, deps.sha256));
}

/** Records that journal lines are vouched for. */
export function recordVouchedLines(deps: ProvenanceDeps, lines: readonly string[]): void {
  change(deps, (record) => vouchLines(record, lines, deps.sha256));
}

/** Records the person's yes to journal lines. */
export function recordApprovedLines(deps: ProvenanceDeps, lines: readonly string[]): void {
  change(deps, (record) => approveLines(record, lines, deps.sha256));
}

/** Returns true when a text is recorded as in doubt. One that no beat has looked at yet is not. */
export function isInDoubt(deps: ProvenanceDeps, text: StandingText): boolean {
  const found = readRecord(deps);
  if (found === "damaged") return true;
  return !isVouched(found, text.path, deps.sha256(text.bytes)) && isDoubted(found, text, deps.sha256);
}

/** Replaces the record by what `by` returns. A damaged one is kept: a new one would vouch for every other text. */
export function change(deps: ProvenanceDeps, by: (record: Provenance) => Provenance): void {
  const found = readRecord(deps);
  if (found === "damaged") return;
  const next = by(found);
  if (next !== found) write(deps, next);
}

/**
 * Returns true when the record says that a tainted beat or a worker wrote this text, and nothing at its path was ever
 * vouched for. A damaged record says nothing.
 */
export function isRecordedDoubt(deps: ProvenanceDeps, text: StandingText): boolean {
  const found = readRecord(deps);
  return found !== "damaged" && isAllDoubt(found, text, deps.sha256);
}

/** Reads the record; that of an older looop in the present form. */
export function readRecord({ files, paths }: Pick<ProvenanceDeps, "files" | "paths">): Provenance | "damaged" {
  const text = files.read(paths.provenance);
  if (text === undefined) return NO_PROVENANCE;
  const value = parseJson(text);
  const parsed = v.safeParse(RecordFile, value);
  if (parsed.success) {
    const { baseline, worked, texts, lines, doubt_lines, names } = parsed.output;
    return { hasBaseline: baseline, wasWorked: worked, texts, lines, doubtLines: doubt_lines, names };
  }
  const old = v.safeParse(OldFile, value);
  return old.success ? fromOld(old.output) : "damaged";
}

/** The part of a SHA-256 that the present record keeps. */
const short = (sha256: string) => sha256.slice(0, 32);

function fromOld({ files, lines }: v.InferOutput<typeof OldFile>): Provenance {
  const texts = Object.entries(files).map(([path, found]) => [path, { clean: [], doubt: [found].flat().map(short) }]);
  // An older looop recorded the name of the move, in which words could be.
  const doubtLines = Object.entries(lines).map(([digest, move]) => [short(digest), move.split(" ")[0] ?? ""]);
  return { ...NO_PROVENANCE, texts: Object.fromEntries(texts), doubtLines: Object.fromEntries(doubtLines) };
}

function write({ files, paths }: Pick<ProvenanceDeps, "files" | "paths">, found: Provenance): void {
  const { hasBaseline, wasWorked, texts, lines, doubtLines, names } = found;
  const record = { v: 2, baseline: hasBaseline, worked: wasWorked, texts, lines, doubt_lines: doubtLines, names };
  files.write(paths.provenance, `${JSON.stringify(record)}\n`);
}

function lockTimeout(path: string): LooopError {
  return new LooopError({
    message: `Cannot record who wrote the text: another process has held ${path} for ${LOCK_TIMEOUT_MS / 1_000} s`,
    hint: "Try again. If it stays so, end the process that holds the lock",
    exit: EXIT.timeout,
  });
}
