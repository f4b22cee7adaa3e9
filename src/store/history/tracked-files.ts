/** Finds the files of the data folder that the history tracks, and reads those that changed. */
import { join } from "node:path";
import { expected } from "../../core/error.ts";
import { blobOf, type GitObject, type Sha1, type TreeFile } from "../../core/history/git-objects.ts";
import type { FileStat, Files } from "../../sys/sys.ts";

/** A tracked file, with a stamp that shows without reading that it is unchanged. */
export interface TrackedFile extends TreeFile {
  /** Identity, size, modification time and mode in one string. */
  readonly stamp: string;
  readonly mtimeMs: number;
}

export interface Scan {
  readonly files: readonly TrackedFile[];
  /** The contents that were read, by blob id. */
  readonly blobs: ReadonlyMap<string, GitObject>;
  /** One sentence for each file that cannot be tracked. Its last version stays in the history. */
  readonly problems: readonly string[];
}

/** The folder to scan, and the result of the last scan. */
export interface ScanOptions {
  readonly data: string;
  readonly known: ReadonlyMap<string, TrackedFile>;
  /** When the last scan was made. */
  readonly knownAtMs: number;
  readonly sha1: Sha1;
}

/** The tracked paths of the data folder; in the folders, every file that is not hidden. */
const FILES = ["PLAYBOOK.md", "journal.md"];
const FOLDERS = ["goals", "sensors", "schedules"];

/** Names that are not tracked: what programs write next to a script, and looop's own temporary files. */
const IGNORED = /^(?:\.|node_modules$|__pycache__$)|\.tmp$/;

/** Limits on what is tracked. Policy and a journal are text; anything beyond this is something else. */
const TRACKED_MAX_BYTES = 4_194_304;
const MAX_DEPTH = 4;
const MAX_FILES = 5_000;

/** A file that changed within this time before a scan is read again: a later change may have the same time. Milliseconds. */
const RACY_MS = 2_000;

/**
 * Scans the tracked files. They are read here and not by git, so links are followed, git attributes do not apply, and a
 * repository inside `goals/` or `sensors/` is not entered. A file whose stamp is unchanged is not read again.
 */
export function scan(files: Files, options: ScanOptions): Scan {
  const found: TrackedFile[] = [];
  const blobs = new Map<string, GitObject>();
  const problems: string[] = [];
  for (const { path, stat } of walk(files, options.data)) {
    const known = options.known.get(path);
    if (known !== undefined && isUnchanged(known, stat, options.knownAtMs)) {
      found.push(known);
      continue;
    }
    const content = contentOf(files, join(options.data, path), stat);
    if (typeof content === "string") {
      problems.push(content);
      if (known !== undefined) found.push(known);
      continue;
    }
    const blob = blobOf(content, options.sha1);
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
      const names = files.list(join(data, path)).filter((name) => !IGNORED.test(name));
      queue.push(...names.map((name) => ({ path: `${path}/${name}`, depth: depth + 1 })));
    }
  }
}

function isUnchanged(known: TrackedFile, stat: FileStat, knownAtMs: number): boolean {
  return known.stamp === stampOf(stat) && stat.mtimeMs + RACY_MS < knownAtMs;
}

function stampOf({ identity, sizeBytes, mtimeMs, executable }: FileStat): string {
  return `${identity} ${sizeBytes} ${mtimeMs} ${executable ? "x" : "-"}`;
}

/** Returns the content, or a sentence saying why it cannot be tracked. */
function contentOf(files: Files, path: string, { sizeBytes }: FileStat): Uint8Array | string {
  if (sizeBytes > TRACKED_MAX_BYTES) return `${path} is larger than ${TRACKED_MAX_BYTES} bytes`;
  try {
    return files.readBytes(path) ?? `${path} was removed just now`;
  } catch (error) {
    expected(error);
    return error.message;
  }
}
