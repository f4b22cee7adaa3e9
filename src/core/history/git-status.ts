import { clip, plainLine } from "../text.ts";

/** What is unfinished in a git repository. */
export interface RepoState {
  /** Undefined when HEAD is detached. */
  readonly branch: string | undefined;
  /** Undefined before the first commit. */
  readonly commit: string | undefined;
  readonly upstream: string | undefined;
  /** Commits that the upstream lacks, and that we lack; 0 without an upstream. */
  readonly ahead: number;
  readonly behind: number;
  /** `M path`, `?? path`: every file or folder that differs from HEAD. */
  readonly changed: readonly string[];
}

/** How many changed names a reading shows: all readings are in every prompt. */
const SHOWN = 8;

/** Reads `git status --porcelain=v2 --branch -z`. What it does not know, it passes over. */
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
    else if (kind in FIELDS) changed.push(trackedLine(record, FIELDS[kind] ?? 0));
    // A rename's old name is a record of its own.
    if (kind === "2") at++;
  }
  const [, ahead = "0", behind = "0"] = heads.get("branch.ab")?.match(/^\+(\d+) -(\d+)$/) ?? [];
  return {
    branch: unless("(detached)", heads.get("branch.head")),
    commit: unless("(initial)", heads.get("branch.oid")),
    upstream: heads.get("branch.upstream"),
    ahead: Number(ahead),
    behind: Number(behind),
    changed,
  };
}

/** How many fields stand before the path, by the kind of record. */
const FIELDS: Readonly<Record<string, number>> = { "1": 8, "2": 9, u: 10 };

function trackedLine(record: string, fields: number): string {
  const words = record.split(" ");
  return `${(words[1] ?? "").replaceAll(".", "")} ${words.slice(fields).join(" ")}`;
}

function unless(word: string, value: string | undefined): string | undefined {
  return value === word ? undefined : value;
}

/** A repository's reading: what shall wake the loop under `signal`, the rest under `detail`. */
export function repoReading(state: RepoState, root: string) {
  return {
    signal: {
      branch: state.branch ?? null,
      commit: state.commit?.slice(0, 8) ?? null,
      uncommitted: state.changed.length,
      changed: state.changed.slice(0, SHOWN).map((line) => clip(plainLine(line), 120)),
      ahead: state.ahead,
      behind: state.behind,
    },
    detail: { repository: root, upstream: state.upstream ?? null },
  };
}

export interface FolderEntry {
  readonly name: string;
  readonly mtimeMs: number;
}

/** A folder's reading: how many entries it has, which are the newest, and why it is not read as a repository. */
export function folderReading(entries: readonly FolderEntry[], folder: string, whyNoGit: string | null) {
  const newest = [...entries].sort((a, b) => b.mtimeMs - a.mtimeMs || (a.name < b.name ? -1 : 1)).slice(0, SHOWN);
  const names = newest.map(({ name }) => clip(plainLine(name), 120));
  const at = newest[0] === undefined ? null : new Date(newest[0].mtimeMs).toISOString();
  return {
    signal: { entries: entries.length, newest: names[0] ?? null, newest_at: at },
    detail: { folder, names, git: whyNoGit },
  };
}
