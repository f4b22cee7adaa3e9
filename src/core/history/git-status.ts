import { clip, plainLine } from "../text.ts";

/** The unfinished work in a git repository. */
export interface RepoState {
  /** Undefined when HEAD is detached. */
  readonly branch: string | undefined;
  /** Undefined before the first commit. */
  readonly commit: string | undefined;
  readonly upstream: string | undefined;
  /** The number of commits that the upstream does not have, and that the branch does not have. 0 without an upstream. */
  readonly ahead: number;
  readonly behind: number;
  /** Each file or folder that differs from HEAD, as `M path` or `?? path`. */
  readonly changed: readonly string[];
}

/** Most names in one reading: all readings are in every prompt. */
const MAX_NAMES = 8;

/** Longest line of a name, in characters. */
const NAME_CHARS = 120;

/** Parses the output of `git status --porcelain=v2 --branch -z`. Ignores records it does not know. */
export function parseStatus(text: string): RepoState {
  const heads = new Map<string, string>();
  const changed: string[] = [];
  const records = text.split("\0");
  for (let at = 0; at < records.length; at++) {
    const record = records[at] ?? "";
    const [kind = ""] = record.split(" ", 1);
    if (kind === "#") {
      const [, name = "", value = ""] = record.match(/^# (\S+) (.*)$/s) ?? [];
      heads.set(name, value);
    } else if (kind === "?") changed.push(`?? ${record.slice(2)}`);
    else if (kind in FIELDS_BEFORE_PATH) changed.push(trackedLine(record, FIELDS_BEFORE_PATH[kind] ?? 0));
    // The old name of a rename follows as a record without a kind.
    if (kind === "2") at++;
  }
  const [, ahead = "0", behind = "0"] = heads.get("branch.ab")?.match(/^\+(\d+) -(\d+)$/) ?? [];
  return {
    branch: valueUnless("(detached)", heads.get("branch.head")),
    commit: valueUnless("(initial)", heads.get("branch.oid")),
    upstream: heads.get("branch.upstream"),
    ahead: Number(ahead),
    behind: Number(behind),
    changed,
  };
}

/** The number of fields before the path, by kind of record. */
const FIELDS_BEFORE_PATH: Readonly<Record<string, number>> = { "1": 8, "2": 9, u: 10 };

function trackedLine(record: string, fields: number): string {
  const words = record.split(" ");
  return `${(words[1] ?? "").replaceAll(".", "")} ${words.slice(fields).join(" ")}`;
}

function valueUnless(absent: string, value: string | undefined): string | undefined {
  return value === absent ? undefined : value;
}

/** Returns the reading of a repository. */
export function repoReading(state: RepoState, root: string) {
  return {
    signal: {
      branch: state.branch ?? null,
      commit: state.commit?.slice(0, 8) ?? null,
      uncommitted: state.changed.length,
      changed: state.changed.slice(0, MAX_NAMES).map((line) => clip(plainLine(line), NAME_CHARS)),
      ahead: state.ahead,
      behind: state.behind,
    },
    detail: { repository: root, upstream: state.upstream ?? null },
  };
}

/** A file or folder directly in the folder that a sensor looks at. */
export interface FolderEntry {
  readonly name: string;
  readonly mtimeMs: number;
}

/** Returns the reading of a folder. `whyNoGit` says why a repository was not read as one; null for a plain folder. */
export function folderReading(entries: readonly FolderEntry[], folder: string, whyNoGit: string | null) {
  const newest = [...entries].sort((a, b) => b.mtimeMs - a.mtimeMs || (a.name < b.name ? -1 : 1)).slice(0, MAX_NAMES);
  const names = newest.map(({ name }) => clip(plainLine(name), NAME_CHARS));
  const newestAt = newest[0] === undefined ? null : new Date(newest[0].mtimeMs).toISOString();
  return {
    signal: { entries: entries.length, newest: names[0] ?? null, newest_at: newestAt },
    detail: { folder, names, git: whyNoGit },
  };
}
