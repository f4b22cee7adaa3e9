/**
 * The history of `PLAYBOOK.md`, `goals/`, `sensors/`, `schedules/` and `journal.md`, in `.memory.git`: one commit for each
 * beat that changed them, and one for what a person changed between two beats. Callers that write hold the beat lock.
 */
import type { Env } from "../../core/env.ts";
import { commitOf, indexFileOf, type Sha1, type Signature, treesOf } from "../../core/history/git-objects.ts";
import { editedSubject, isOurs, type Note, parseNote, renderNote } from "../../core/history/revision.ts";
import { isRecord, parseJson } from "../../core/json.ts";
import { bytesOf, utf8 } from "../../core/text.ts";
import type { Clock, Deflate, Files, Proc } from "../../sys/sys.ts";
import { type GitResult, gitProgram, runGit } from "./git.ts";
import { GitFolder } from "./git-folder.ts";
import { scan, type TrackedFile } from "./tracked-files.ts";

export interface HistoryDeps {
  readonly files: Files;
  readonly clock: Clock;
  readonly proc: Proc;
  readonly env: Env;
  readonly data: string;
  readonly sha1: Sha1;
  readonly deflate: Deflate;
}

/** The result of a commit. */
export interface CommitResult {
  /** Undefined when nothing had changed. */
  readonly commit: string | undefined;
  /** Sentences that the person should read. */
  readonly problems: readonly string[];
}

/** Addresses in a reserved domain, so that no mail can reach anyone. */
const LOOOP: Signature = { name: "looop", email: "looop@looop.invalid" };
const PERSON: Signature = { name: "person", email: "person@looop.invalid" };

/** The number of loose objects at which they are packed into one file: about 150 beats. */
const PACK_AT = 600;

/** Timeouts of git in milliseconds, for reading a little and for packing everything. */
const READ_TIMEOUT_MS = 10_000;
const PACK_TIMEOUT_MS = 60_000;

/** Two files of looop's own in the git folder: the author of changes not yet committed, and the last committed state. */
const AUTHOR_FILE = "looop-open.json";
const SEEN_FILE = "looop-seen.json";

/** The last committed state. It only saves time: without it, git is asked. */
interface Seen {
  readonly head: string | undefined;
  readonly atMs: number;
  readonly files: ReadonlyMap<string, TrackedFile>;
  /** Count of objects that are not packed. */
  readonly loose: number;
  /** Problems that the person has been told of. */
  readonly told: readonly string[];
}

export class History {
  readonly folder: GitFolder;
  readonly #deps: HistoryDeps;
  readonly #git: string;
  /** Sentences for the `problems` of the next result. */
  readonly #pendingProblems: string[] = [];
  #lastSeen: Seen | undefined;

  /** Returns the history of a data folder, or undefined when git is not installed. */
  static open(deps: HistoryDeps): History | undefined {
    const git = gitProgram(deps.proc, deps.env, deps.data);
    return git === undefined ? undefined : new History(deps, git);
  }

  private constructor(deps: HistoryDeps, git: string) {
    this.#deps = deps;
    this.#git = git;
    this.folder = new GitFolder(deps.files, deps.data, deps.deflate);
  }

  /**
   * Commits what changed since the last commit, as the person's edit or, when a beat was cut off, as that beat's.
   * Changes from here until {@linkcode History.keep} belong to `next`. That is written down before anything changes, so
   * that after a kill the changes are not taken for the person's.
   */
  async begin(next: Note): Promise<CommitResult> {
    this.folder.prepare();
    const locks = this.folder.removeStaleLocks(this.#deps.clock.now());
    this.#pendingProblems.push(...locks.map((name) => `removed ${name}, which a crashed git left`));
    const interrupted = this.#readAuthor();
    const seen = await this.#seen();
    const first: Note = { kind: "start", subject: "files present when history began" };
    const author = seen.head === undefined ? first : (interrupted ?? { kind: "person", subject: "" });
    const result = this.#commit(seen, author, false);
    this.#writeAuthor(next);
    return result;
  }

  /** Commits what changed since {@linkcode History.begin}, with the final note. */
  async keep(note: Note): Promise<CommitResult> {
    const seen = await this.#seen();
    try {
      const result = this.#commit(seen, note, true);
      this.#writeAuthor(undefined);
      return result;
    } catch (error) {
      // The next beat must not take these changes for the person's.
      this.#writeAuthor(note);
      throw error;
    }
  }

  /** Packs the loose objects once there are many: packed, the versions of a long journal share their text. */
  async tidy(): Promise<string | undefined> {
    const seen = await this.#seen();
    if (seen.loose < PACK_AT) return undefined;
    const packed = await this.run(["repack", "-a", "-d", "-q"], { timeoutMs: PACK_TIMEOUT_MS });
    const problem = typeof packed === "string" ? packed : packed.code === 0 ? undefined : packed.errorText;
    // Resets the count after a failure too, so that the next try comes after as many beats, not at once.
    this.#saveSeen({ ...seen, loose: 0 });
    return problem;
  }

  /** Runs git on this history, to read it. The options and the environment keep git from starting any program. */
  run(args: readonly string[], more: { stdin?: string; timeoutMs?: number } = {}): Promise<GitResult | string> {
    const { proc, env } = this.#deps;
    const isolation = ["--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0"];
    return runGit(
      { proc, env, folder: this.folder.path },
      {
        argv: [this.#git, ...isolation, ...args],
        // Set explicitly, so that no file in the folder can lead git to another repository.
        env: { GIT_COMMON_DIR: this.folder.path, GIT_WORK_TREE: this.#deps.data },
        timeoutMs: READ_TIMEOUT_MS,
        ...more,
      },
    );
  }

  #commit(seen: Seen, author: Note, synced: boolean): CommitResult {
    const { clock, data, files, sha1 } = this.#deps;
    const nowMs = clock.now();
    const found = scan(files, { data, known: seen.files, knownAtMs: seen.atMs, sha1 });
    const changed = changedPaths(seen.files, found.files);
    const told = found.problems;
    const problems = [...this.#pendingProblems.splice(0), ...told.filter((problem) => !seen.told.includes(problem))];
    if (changed.length === 0) {
      // Files were read whose content is the same. Saving their new stamps spares reading them again.
      if (found.blobs.size > 0 || problems.length > 0)
        this.#saveSeen({ ...seen, atMs: nowMs, files: byPath(found.files), told });
      return { commit: undefined, problems };
    }
    const note = author.kind === "person" ? { ...author, subject: editedSubject(changed) } : author;
    const trees = treesOf(found.files, sha1);
    const commit = commitOf(
      {
        tree: trees.at(-1)?.id ?? "",
        parent: seen.head,
        author: isOurs(note) ? LOOOP : PERSON,
        committer: LOOOP,
        atMs: nowMs,
        message: renderNote(note),
      },
      sha1,
    );
    const stored = this.folder.store([...found.blobs.values(), ...trees, commit]);
    this.folder.moveBranch(commit.id, synced);
    this.folder.writeNote("index", indexFileOf(found.files, sha1));
    this.#saveSeen({ head: commit.id, atMs: nowMs, files: byPath(found.files), loose: seen.loose + stored, told });
    return { commit: commit.id, problems };
  }

  /** Returns the note of a beat that was killed, or whose commit failed. */
  #readAuthor(): Note | undefined {
    const value = parseJson(this.folder.readNote(AUTHOR_FILE) ?? "");
    return isRecord(value) && typeof value["message"] === "string" ? parseNote(value["message"]) : undefined;
  }

  /** Writes down whose the changes are from here on: the beat's in `note`, or without one the person's. */
  #writeAuthor(note: Note | undefined): void {
    const message = note === undefined ? null : renderNote(note);
    this.folder.writeNote(AUTHOR_FILE, bytesOf(`${JSON.stringify({ v: 1, message })}\n`));
  }

  #saveSeen(seen: Seen): void {
    this.#lastSeen = seen;
    const { head, atMs, files, loose, told } = seen;
    this.folder.writeNote(
      SEEN_FILE,
      bytesOf(`${JSON.stringify({ v: 1, head, atMs, files: [...files.values()], loose, told })}\n`),
    );
  }

  /** Returns the last commit's files: as saved, or from git when the saved state is not about the newest commit. */
  async #seen(): Promise<Seen> {
    const head = this.folder.head();
    if (this.#lastSeen !== undefined && this.#lastSeen.head === head) return this.#lastSeen;
    const value = parseJson(this.folder.readNote(SEEN_FILE) ?? "");
    if (isSeen(value) && value.head === head) return { ...value, files: byPath(value.files) };
    if (head === undefined) return { head, atMs: 0, files: new Map(), loose: 0, told: [] };
    const listed = await this.run(["ls-tree", "-r", "-z", "--full-tree", head]);
    if (typeof listed !== "string" && listed.code === 0)
      return { head, atMs: 0, files: byPath(parseTree(utf8(listed.stdout))), loose: PACK_AT, told: [] };
    return this.#startOver();
  }

  /** Starts a new history when the old one cannot be read, as after a power cut. The old one is moved aside and kept. */
  #startOver(): Seen {
    const { clock, files } = this.#deps;
    const aside = `${this.folder.path}.damaged-${clock.now()}`;
    files.rename(this.folder.path, aside);
    this.folder.prepare();
    this.#pendingProblems.push(`the history could not be read, so a new one begins; the old one is ${aside}`);
    return { head: undefined, atMs: 0, files: new Map(), loose: 0, told: [] };
  }
}

function byPath(files: readonly TrackedFile[]): Map<string, TrackedFile> {
  return new Map(files.map((file) => [file.path, file]));
}

function changedPaths(was: ReadonlyMap<string, TrackedFile>, now: readonly TrackedFile[]): string[] {
  const left = new Set(was.keys());
  const changed = now.filter((file) => {
    left.delete(file.path);
    const before = was.get(file.path);
    return before?.id !== file.id || before.mode !== file.mode;
  });
  return [...changed.map(({ path }) => path), ...left].sort();
}

/** Parses `git ls-tree -r -z`. The empty stamps make the next scan read each file. */
function parseTree(text: string): TrackedFile[] {
  return text.split("\0").flatMap((line) => {
    const [, mode, id, path] = /^(100644|100755) blob ([0-9a-f]{40})\t(.*)$/s.exec(line) ?? [];
    if (mode === undefined || id === undefined || path === undefined) return [];
    return [{ path, mode: mode === "100755" ? "100755" : "100644", id, stamp: "", mtimeMs: 0 }];
  });
}

function isSeen(value: unknown): value is Omit<Seen, "files"> & { readonly files: readonly TrackedFile[] } {
  return (
    isRecord(value) &&
    value["v"] === 1 &&
    typeof value["head"] === "string" &&
    typeof value["atMs"] === "number" &&
    typeof value["loose"] === "number" &&
    Array.isArray(value["told"]) &&
    Array.isArray(value["files"]) &&
    value["files"].every(isTrackedFile)
  );
}

function isTrackedFile(value: unknown): value is TrackedFile {
  return (
    isRecord(value) &&
    [value["path"], value["mode"], value["id"], value["stamp"]].every((it) => typeof it === "string") &&
    typeof value["mtimeMs"] === "number"
  );
}
