import { join } from "node:path";
import { LooopError } from "../../core/error.ts";
import { blobOf, type GitObject, type Sha1, type TreeFile } from "../../core/history/git-objects.ts";
import type { FileStat, Files } from "../../sys/sys.ts";

/** A file that memory holds, and what tells that it is still the same without reading it. */
export interface HeldFile extends TreeFile {
  readonly stamp: string;
  readonly mtimeMs: number;
}

export interface Scan {
  readonly files: readonly HeldFile[];
  /** The contents that were read, by id. */
  readonly blobs: ReadonlyMap<string, GitObject>;
  /** What could not be taken in, in words. Its last version stays. */
  readonly problems: readonly string[];
}

/** What to look at, and what was seen last. */
export interface ScanOrder {
  readonly data: string;
  readonly known: ReadonlyMap<string, HeldFile>;
  /** When `known` was seen. */
  readonly knownAtMs: number;
  readonly sha1: Sha1;
}

/** The files of the data folder that memory holds; in the folders, all that is not hidden. */
const FILES = ["PLAYBOOK.md", "journal.md"];
const FOLDERS = ["goals", "sensors", "schedules"];

/** What programs leave beside a script, and what is ours for a moment. */
const PASSING = /^(?:\.|node_modules$|__pycache__$)|\.tmp$/;

/** Policy and a journal are text: what is larger, deeper or more is something else. */
export const HELD_MAX_BYTES = 4_194_304;
const MAX_DEPTH = 4;
const MAX_FILES = 5_000;

/** A change within this time of a look may leave no trace in a file's time, in milliseconds. */
const RACY_MS = 2_000;

/**
 * Looks at those files. Contents are read here and never by git, so links are followed, attributes do not apply, and a
 * repository that a person keeps among them is not looked into. What is known and did not change is not read again.
 */
export function scan(files: Files, order: ScanOrder): Scan {
  const found: HeldFile[] = [];
  const blobs = new Map<string, GitObject>();
  const problems: string[] = [];
  for (const { path, stat } of walk(files, order.data)) {
    const known = order.known.get(path);
    if (known !== undefined && isSame(known, stat, order.knownAtMs)) {
      found.push(known);
      continue;
    }
    const content = contentOf(files, join(order.data, path), stat);
    if (typeof content === "string") {
      problems.push(content);
      if (known !== undefined) found.push(known);
      continue;
    }
    const blob = blobOf(content, order.sha1);
    blobs.set(blob.id, blob);
    const mode = stat.executable ? "100755" : "100644";
    found.push({ path, mode, id: blob.id, stamp: stampOf(stat), mtimeMs: stat.mtimeMs });
  }
  return { files: found, blobs, problems };
}

function* walk(files: Files, data: string): Iterable<{ path: string; stat: FileStat }> {
  let count = 0;
  const queue = [...FILES, ...FOLDERS].map((path) => ({ path, depth: 1 }));
  for (let next = queue.shift(); next !== undefined && count < MAX_FILES; next = queue.shift()) {
    const { path, depth } = next;
    const stat = files.stat(join(data, path));
    if (stat?.kind === "file") {
      count++;
      yield { path, stat };
    } else if (stat?.kind === "folder" && depth <= MAX_DEPTH && !FILES.includes(path)) {
      const names = files.list(join(data, path)).filter((name) => !PASSING.test(name));
      queue.push(...names.map((name) => ({ path: `${path}/${name}`, depth: depth + 1 })));
    }
  }
}

function isSame(known: HeldFile, stat: FileStat, knownAtMs: number): boolean {
  return known.stamp === stampOf(stat) && stat.mtimeMs + RACY_MS < knownAtMs;
}

function stampOf({ identity, sizeBytes, mtimeMs, executable }: FileStat): string {
  return `${identity} ${sizeBytes} ${mtimeMs} ${executable ? "x" : "-"}`;
}

/** The content, or in words why it stays outside. */
function contentOf(files: Files, path: string, { sizeBytes }: FileStat): Uint8Array | string {
  if (sizeBytes > HELD_MAX_BYTES) return `${path} is larger than ${HELD_MAX_BYTES} bytes`;
  try {
    return files.readBytes(path) ?? `${path} is gone again`;
  } catch (error) {
    if (error instanceof LooopError) return error.message;
    throw error;
  }
}
