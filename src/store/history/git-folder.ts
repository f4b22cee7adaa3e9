/**
 * `<data>/.memory.git`, the git folder of the history. looop writes its objects, branch and settings itself; reading is
 * left to git (docs/decisions/0011).
 */
import { join } from "node:path";
import { EXIT, LooopError } from "../../core/error.ts";
import type { GitObject } from "../../core/history/git-objects.ts";
import { bytesOf } from "../../core/text.ts";
import type { Deflate, Files } from "../../sys/sys.ts";

/** The whole git config of the folder. Restored whenever it differs, so that no other setting can start a program. */
const CONFIG = `[core]
	repositoryformatversion = 0
	filemode = true
	bare = false
	worktree = ..
	hooksPath = /dev/null
	fsmonitor = false
	attributesFile = /dev/null
	autocrlf = false
	logAllRefUpdates = false
[user]
	name = person
	email = person@looop.invalid
[commit]
	gpgSign = false
[gc]
	auto = 0
[maintenance]
	auto = false
`;

/** Hides every untracked file of the data folder from `git status`. */
const EXCLUDE = "/*\n!/PLAYBOOK.md\n!/journal.md\n!/goals/\n!/sensors/\n!/schedules/\n";

const FIXED: readonly (readonly [path: string, text: string])[] = [
  ["HEAD", "ref: refs/heads/main\n"],
  ["config", CONFIG],
  ["info/exclude", EXCLUDE],
  ["info/attributes", "* -text -filter -ident -working-tree-encoding !diff !merge\n"],
  // Keeps this folder out of a repository of the person's that contains the data folder.
  [".gitignore", "*\n"],
];

/** Locks that a killed git leaves. */
const LOCKS = ["index.lock", "HEAD.lock", "config.lock", "packed-refs.lock", "refs/heads/main.lock"];

/** The age at which a lock counts as left by a killed git, in milliseconds: git never works so long on so little. */
const STALE_MS = 10_000;

const BRANCH = "refs/heads/main";

export class GitFolder {
  readonly path: string;
  readonly #files: Files;
  readonly #deflate: Deflate;

  constructor(files: Files, data: string, deflate: Deflate) {
    this.#files = files;
    this.#deflate = deflate;
    this.path = join(data, ".memory.git");
  }

  exists(): boolean {
    return this.#files.stat(this.path) !== undefined;
  }

  /**
   * Makes what is missing and restores the settings. Throws (exit 3) when the folder is a link, which may lead to another
   * repository.
   */
  prepare(): void {
    const { path } = this;
    const files = this.#files;
    const realPath = join(files.real(join(path, "..")) ?? "", ".memory.git");
    if (this.exists() && files.real(path) !== realPath) throw isLink(path);
    files.makeDir(join(path, "objects"));
    files.makeDir(join(path, "refs/heads"));
    files.makeDir(join(path, "info"));
    for (const [name, text] of FIXED) {
      const at = join(path, name);
      if (files.read(at) !== text) files.write(at, text);
    }
    for (const name of ["commondir", "config.worktree"]) files.remove(join(path, name));
  }

  /** Removes locks that a killed git left, and returns their names. The caller holds the beat lock. */
  removeStaleLocks(nowMs: number): string[] {
    return LOCKS.filter((name) => {
      const at = join(this.path, name);
      const stat = this.#files.stat(at);
      if (stat === undefined || nowMs - stat.mtimeMs < STALE_MS) return false;
      this.#files.remove(at);
      return true;
    });
  }

  /** Returns the id of the newest commit, or undefined before the first. */
  head(): string | undefined {
    const loose = this.#files.read(join(this.path, BRANCH))?.trim();
    const packed = () => this.#files.read(join(this.path, "packed-refs")) ?? "";
    const id = loose ?? /^([0-9a-f]{40}) refs\/heads\/main$/m.exec(packed())?.[1];
    return id !== undefined && /^[0-9a-f]{40}$/.test(id) ? id : undefined;
  }

  /** Stores the objects that are not stored yet, and returns how many those were. */
  store(objects: Iterable<GitObject>): number {
    let stored = 0;
    for (const { id, bytes } of objects) {
      const folder = join(this.path, "objects", id.slice(0, 2));
      const at = join(folder, id.slice(2));
      if ((this.#files.stat(at)?.sizeBytes ?? 0) > 0) continue;
      this.#files.makeDir(folder);
      this.#writeObject(id, at, this.#deflate(bytes));
      stored++;
    }
    return stored;
  }

  /**
   * Points the branch at `commit` under git's own lock. Throws (exit 5) when a git is working there. Only a beat's last
   * move is synced to disk, because the sync is most of the cost.
   */
  moveBranch(commit: string, synced: boolean): void {
    const files = this.#files;
    const [ref, lock] = [BRANCH, `${BRANCH}.lock`].map((name) => join(this.path, name)) as [string, string];
    if (synced ? !files.create(lock, `${commit}\n`) : files.stat(lock) !== undefined) throw isBusy(lock);
    if (!synced) this.writeNote(`${BRANCH}.lock`, bytesOf(`${commit}\n`));
    files.rename(lock, ref);
  }

  /**
   * Overwrites a file of looop's own in place. A crash can tear it, and its readers allow for that. Creating a new file
   * instead costs ten times as much on a busy disk.
   */
  writeNote(name: string, bytes: Uint8Array): void {
    const writer = this.#files.openWriter(join(this.path, name));
    try {
      writer.write(bytes);
    } finally {
      writer.close();
    }
  }

  /** Returns the text of such a file, or undefined without one. */
  readNote(name: string): string | undefined {
    return this.#files.read(join(this.path, name));
  }

  /** Writes an object to a temporary file and renames it, so that it is never torn. Not synced: see docs/decisions/0011. */
  #writeObject(id: string, at: string, bytes: Uint8Array): void {
    // After a kill, store/temporary-files.ts finds this name and removes it.
    const temp = join(this.path, `${id}.tmp`);
    try {
      const writer = this.#files.openWriter(temp);
      try {
        writer.write(bytes);
      } finally {
        writer.close();
      }
      this.#files.rename(temp, at);
    } catch (error) {
      this.#files.remove(temp);
      throw error;
    }
  }
}

function isLink(path: string): LooopError {
  return new LooopError({
    message: `Cannot use ${path}: it is a link`,
    hint: "Remove the link: the history needs a folder of its own",
    exit: EXIT.setup,
  });
}

function isBusy(path: string): LooopError {
  return new LooopError({
    message: `Cannot write the history: a git command holds ${path}`,
    hint: "Wait for it to end; a lock that a crash left is removed after 10 seconds",
    exit: EXIT.busy,
  });
}
