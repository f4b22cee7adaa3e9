/** The git folder of memory, `<data>/.memory.git`, as files: looop writes it itself. Reading it is git's work. */
import { join } from "node:path";
import { EXIT, LooopError } from "../../core/error.ts";
import type { GitObject } from "../../core/history/git-objects.ts";
import { bytesOf } from "../../core/text.ts";
import type { Deflate, Files } from "../../sys/sys.ts";

/** Everything git may obey there. Written anew whenever it differs, for it is no place for anybody's settings. */
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

/** What `git status` there shall not speak of: all that memory does not hold. */
const EXCLUDE = "/*\n!/PLAYBOOK.md\n!/journal.md\n!/goals/\n!/sensors/\n!/schedules/\n";

const FIXED: readonly (readonly [path: string, text: string])[] = [
  ["HEAD", "ref: refs/heads/main\n"],
  ["config", CONFIG],
  ["info/exclude", EXCLUDE],
  ["info/attributes", "* -text -filter -ident -working-tree-encoding !diff !merge\n"],
  // A repository of the person's around the data folder must not take this one in.
  [".gitignore", "*\n"],
];

/** Locks that a git which was killed leaves behind. */
const LOCKS = ["index.lock", "HEAD.lock", "config.lock", "packed-refs.lock", "refs/heads/main.lock"];

/** When a lock is taken for a dead one's, in milliseconds: no git works on so little for so long. */
const STALE_MS = 10_000;

const BRANCH = "refs/heads/main";

export class GitFolder {
  readonly path: string;
  private readonly files: Files;
  private readonly deflate: Deflate;

  constructor(files: Files, data: string, deflate: Deflate) {
    this.files = files;
    this.deflate = deflate;
    this.path = join(data, ".memory.git");
  }

  isThere(): boolean {
    return this.files.stat(this.path) !== undefined;
  }

  /** Makes what is missing, and takes back what somebody else set. Throws when it is a link: to whose repository? */
  prepare(): void {
    const { files, path } = this;
    const own = join(files.real(join(path, "..")) ?? "", ".memory.git");
    if (this.isThere() && files.real(path) !== own) throw isLink(path);
    files.makeDir(join(path, "objects"));
    files.makeDir(join(path, "refs/heads"));
    files.makeDir(join(path, "info"));
    for (const [name, text] of FIXED) {
      const at = join(path, name);
      if (files.read(at) !== text) files.write(at, text);
    }
    for (const name of ["commondir", "config.worktree"]) files.remove(join(path, name));
  }

  /** Removes the locks of the dead. The caller holds the beat lock. Returns their names. */
  breakLocks(nowMs: number): string[] {
    return LOCKS.filter((name) => {
      const at = join(this.path, name);
      const stat = this.files.stat(at);
      if (stat === undefined || nowMs - stat.mtimeMs < STALE_MS) return false;
      this.files.remove(at);
      return true;
    });
  }

  /** The newest commit, or undefined before the first. */
  head(): string | undefined {
    const loose = this.files.read(join(this.path, BRANCH))?.trim();
    const found = loose ?? /^([0-9a-f]{40}) refs\/heads\/main$/m.exec(this.packedRefs())?.[1];
    return found !== undefined && /^[0-9a-f]{40}$/.test(found) ? found : undefined;
  }

  private packedRefs(): string {
    return this.files.read(join(this.path, "packed-refs")) ?? "";
  }

  /** Stores objects; those that are there already are left alone. */
  store(objects: Iterable<GitObject>): number {
    let stored = 0;
    for (const { id, bytes } of objects) {
      const folder = join(this.path, "objects", id.slice(0, 2));
      const at = join(folder, id.slice(2));
      if ((this.files.stat(at)?.sizeBytes ?? 0) > 0) continue;
      this.files.makeDir(folder);
      this.place(id, at, this.deflate(bytes));
      stored++;
    }
    return stored;
  }

  /**
   * Moves the branch, as git does: with its lock. Throws (exit 5) when a git is at work there. Only the last move of a
   * beat is synced: waiting for the disk is most of what it costs.
   */
  advance(commit: string, synced: boolean): void {
    const { files } = this;
    const [ref, lock] = [BRANCH, `${BRANCH}.lock`].map((name) => join(this.path, name)) as [string, string];
    if (synced ? !files.create(lock, `${commit}\n`) : files.stat(lock) !== undefined) throw isBusy(lock);
    if (!synced) this.note(`${BRANCH}.lock`, bytesOf(`${commit}\n`));
    files.rename(lock, ref);
  }

  /**
   * Writes a note of ours over what was there. A crash can tear it: whoever reads it knows, or can do without it. Making a
   * file costs ten times as much on a busy disk.
   */
  note(name: string, bytes: Uint8Array): void {
    const writer = this.files.openWriter(join(this.path, name));
    try {
      writer.write(bytes);
    } finally {
      writer.close();
    }
  }

  /** A note as text; undefined when there is none. */
  noted(name: string): string | undefined {
    return this.files.read(join(this.path, name));
  }

  /** Puts an object in its place, whole. It is not synced: see docs/decisions/0011. */
  private place(id: string, at: string, bytes: Uint8Array): void {
    // Where what a kill leaves is found again: store/temporary.ts.
    const temp = join(this.path, `${id}.tmp`);
    try {
      const writer = this.files.openWriter(temp);
      try {
        writer.write(bytes);
      } finally {
        writer.close();
      }
      this.files.rename(temp, at);
    } catch (error) {
      this.files.remove(temp);
      throw error;
    }
  }
}

function isLink(path: string): LooopError {
  return new LooopError({
    message: `Cannot use ${path}: it is a link`,
    hint: "Memory is kept in a folder of its own: remove the link",
    exit: EXIT.setup,
  });
}

function isBusy(path: string): LooopError {
  return new LooopError({
    message: `Cannot write memory: ${path} is there, so a git is at work`,
    hint: "Wait for it to end; a lock that was left by a crash is removed after 10 seconds",
    exit: EXIT.busy,
  });
}
