/**
 * Memory: what `PLAYBOOK.md`, `goals/`, `sensors/`, `schedules/` and `journal.md` were, a commit for each beat that
 * changed them and for what a person changed in between. The caller of whatever writes holds the beat lock.
 */
import type { Env } from "../../core/env.ts";
import { commitOf, indexOf, type Sha1, type Signature, treesOf } from "../../core/history/git-objects.ts";
import { editedSubject, isOurs, messageOf, type Note, noteOf } from "../../core/history/revision.ts";
import { isRecord, parseJson } from "../../core/json.ts";
import { bytesOf, utf8 } from "../../core/text.ts";
import type { Clock, Deflate, Files, Proc } from "../../sys/sys.ts";
import { type GitEnded, gitProgram, runGit } from "./git.ts";
import { GitFolder } from "./git-folder.ts";
import { type HeldFile, scan } from "./tracked-files.ts";

export interface HistoryDeps {
  readonly files: Files;
  readonly clock: Clock;
  readonly proc: Proc;
  readonly env: Env;
  readonly data: string;
  readonly sha1: Sha1;
  readonly deflate: Deflate;
}

/** What a commit came to. */
export interface Remembered {
  /** Undefined when nothing had changed. */
  readonly commit: string | undefined;
  /** What a person should know, in words. */
  readonly problems: readonly string[];
}

/** Reserved names: nobody gets mail for them. */
const LOOOP: Signature = { name: "looop", email: "looop@looop.invalid" };
const PERSON: Signature = { name: "person", email: "person@looop.invalid" };

/** How many small objects are packed into one file, once there are so many: some 150 beats. */
const PACK_AT = 600;

/** How long git may take, in milliseconds: to read a little, and to pack it all. */
const READ_MS = 10_000;
const PACK_MS = 60_000;

/** Our own notes in the folder: whose changes are, and what was seen last. */
const MARK = "looop-open.json";
const SEEN = "looop-seen.json";

/** What was seen last. A convenience: without it, git is asked. */
interface Seen {
  readonly head: string | undefined;
  readonly atMs: number;
  readonly files: ReadonlyMap<string, HeldFile>;
  /** How many objects are not packed. */
  readonly loose: number;
  /** What could not be taken in and was told already. */
  readonly told: readonly string[];
}

export class History {
  readonly folder: GitFolder;
  private readonly deps: HistoryDeps;
  private readonly git: string;
  /** What happened that a person should know, until it is told. */
  private readonly notes: string[] = [];
  private last: Seen | undefined;

  /** The memory of a data folder, or undefined when git is not there to read it. */
  static open(deps: HistoryDeps): History | undefined {
    const git = gitProgram(deps.proc, deps.env, deps.data);
    return git === undefined ? undefined : new History(deps, git);
  }

  private constructor(deps: HistoryDeps, git: string) {
    this.deps = deps;
    this.git = git;
    this.folder = new GitFolder(deps.files, deps.data, deps.deflate);
  }

  /**
   * Keeps what changed since the last commit: as a person's, or, when a beat was cut off in the middle, as that one's.
   * From here until {@linkcode History.keep} changes count as `next`'s.
   */
  async begin(next: Note): Promise<Remembered> {
    this.folder.prepare();
    const locks = this.folder.breakLocks(this.deps.clock.now());
    this.notes.push(...locks.map((name) => `removed ${name}, which a git left behind when it crashed`));
    const cutOff = this.open();
    const seen = await this.seen();
    const first: Note = { kind: "start", subject: "what was there when memory began" };
    const since = seen.head === undefined ? first : (cutOff ?? { kind: "person", subject: "" });
    const kept = this.commit(seen, since, false);
    this.mark(next);
    return kept;
  }

  /** Keeps what changed since {@linkcode History.begin}, with its note as it turned out. */
  async keep(note: Note): Promise<Remembered> {
    const seen = await this.seen();
    try {
      const kept = this.commit(seen, note, true);
      this.mark(undefined);
      return kept;
    } catch (error) {
      // Whatever it is, the next beat shall not take this for a person's.
      this.mark(note);
      throw error;
    }
  }

  /** Packs the small objects once there are many, so that a long journal is not kept whole for each beat. */
  async tidy(): Promise<string | undefined> {
    const seen = await this.seen();
    if (seen.loose < PACK_AT) return undefined;
    const packed = await this.run(["repack", "-a", "-d", "-q"], { timeoutMs: PACK_MS });
    const problem = typeof packed === "string" ? packed : packed.code === 0 ? undefined : packed.said;
    // Also after a failure: it is tried again in as many beats, not in each.
    this.remember({ ...seen, loose: 0 });
    return problem;
  }

  /** Runs git on this memory, to read. `-c` and the environment shut out all that could be started by it. */
  run(args: readonly string[], more: { stdin?: string; timeoutMs?: number } = {}): Promise<GitEnded | string> {
    const { proc, env } = this.deps;
    const quiet = ["--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0"];
    return runGit(
      { proc, env, folder: this.folder.path },
      {
        argv: [this.git, ...quiet, ...args],
        // Told where its parts are, so that no file there can lead it to another repository.
        env: { GIT_COMMON_DIR: this.folder.path, GIT_WORK_TREE: this.deps.data },
        timeoutMs: READ_MS,
        ...more,
      },
    );
  }

  private commit(seen: Seen, since: Note, synced: boolean): Remembered {
    const { clock, data, files, sha1 } = this.deps;
    const nowMs = clock.now();
    const found = scan(files, { data, known: seen.files, knownAtMs: seen.atMs, sha1 });
    const changed = changedPaths(seen.files, found.files);
    const told = found.problems;
    const problems = [...this.notes.splice(0), ...told.filter((problem) => !seen.told.includes(problem))];
    if (changed.length === 0) {
      // Touched, or written again as it was: it need not be read the next time.
      if (found.blobs.size > 0 || problems.length > 0)
        this.remember({ ...seen, atMs: nowMs, files: byPath(found.files), told });
      return { commit: undefined, problems };
    }
    const note = since.kind === "person" ? { ...since, subject: editedSubject(changed) } : since;
    const trees = treesOf(found.files, sha1);
    const commit = commitOf(
      {
        tree: trees.at(-1)?.id ?? "",
        parent: seen.head,
        author: isOurs(note) ? LOOOP : PERSON,
        committer: LOOOP,
        atMs: nowMs,
        message: messageOf(note),
      },
      sha1,
    );
    const stored = this.folder.store([...found.blobs.values(), ...trees, commit]);
    this.folder.advance(commit.id, synced);
    this.folder.note("index", indexOf(found.files, sha1));
    this.remember({ head: commit.id, atMs: nowMs, files: byPath(found.files), loose: seen.loose + stored, told });
    return { commit: commit.id, problems };
  }

  /** The note of the beat that was under way when looop died, or could not be kept. */
  private open(): Note | undefined {
    const value = parseJson(this.folder.noted(MARK) ?? "");
    return isRecord(value) && typeof value["message"] === "string" ? noteOf(value["message"]) : undefined;
  }

  /** Marks whose the changes are from here on; a person's without a note. */
  private mark(note: Note | undefined): void {
    const message = note === undefined ? null : messageOf(note);
    this.folder.note(MARK, bytesOf(`${JSON.stringify({ v: 1, message })}\n`));
  }

  private remember(seen: Seen): void {
    this.last = seen;
    const { head, atMs, files, loose, told } = seen;
    this.folder.note(
      SEEN,
      bytesOf(`${JSON.stringify({ v: 1, head, atMs, files: [...files.values()], loose, told })}\n`),
    );
  }

  /** The last commit's files: as noted, unless somebody else committed since. */
  private async seen(): Promise<Seen> {
    const head = this.folder.head();
    if (this.last !== undefined && this.last.head === head) return this.last;
    const value = parseJson(this.folder.noted(SEEN) ?? "");
    if (isSeen(value) && value.head === head) return { ...value, files: byPath(value.files) };
    if (head === undefined) return { head, atMs: 0, files: new Map(), loose: 0, told: [] };
    const listed = await this.run(["ls-tree", "-r", "-z", "--full-tree", head]);
    if (typeof listed !== "string" && listed.code === 0)
      return { head, atMs: 0, files: byPath(parseTree(utf8(listed.stdout))), loose: PACK_AT, told: [] };
    return this.startAnew();
  }

  /** A power cut can tear what was written last. What is there is moved aside, whole, for a person to look at. */
  private startAnew(): Seen {
    const { clock, files } = this.deps;
    const aside = `${this.folder.path}.damaged-${clock.now()}`;
    files.rename(this.folder.path, aside);
    this.folder.prepare();
    this.notes.push(`memory could not be read and begins anew; the old one is ${aside}`);
    return { head: undefined, atMs: 0, files: new Map(), loose: 0, told: [] };
  }
}

function byPath(files: readonly HeldFile[]): Map<string, HeldFile> {
  return new Map(files.map((file) => [file.path, file]));
}

function changedPaths(was: ReadonlyMap<string, HeldFile>, now: readonly HeldFile[]): string[] {
  const left = new Set(was.keys());
  const changed = now.filter((file) => {
    left.delete(file.path);
    const before = was.get(file.path);
    return before?.id !== file.id || before.mode !== file.mode;
  });
  return [...changed.map(({ path }) => path), ...left].sort();
}

/** Reads `git ls-tree -r -z`. Nothing is known of the files themselves, so each will be read. */
function parseTree(text: string): HeldFile[] {
  return text.split("\0").flatMap((line) => {
    const [, mode, id, path] = /^(100644|100755) blob ([0-9a-f]{40})\t(.*)$/s.exec(line) ?? [];
    if (mode === undefined || id === undefined || path === undefined) return [];
    return [{ path, mode: mode === "100755" ? "100755" : "100644", id, stamp: "", mtimeMs: 0 }];
  });
}

function isSeen(value: unknown): value is Omit<Seen, "files"> & { readonly files: readonly HeldFile[] } {
  return (
    isRecord(value) &&
    value["v"] === 1 &&
    typeof value["head"] === "string" &&
    typeof value["atMs"] === "number" &&
    typeof value["loose"] === "number" &&
    Array.isArray(value["told"]) &&
    Array.isArray(value["files"]) &&
    value["files"].every(isHeld)
  );
}

function isHeld(value: unknown): value is HeldFile {
  return (
    isRecord(value) &&
    [value["path"], value["mode"], value["id"], value["stamp"]].every((it) => typeof it === "string") &&
    typeof value["mtimeMs"] === "number"
  );
}
