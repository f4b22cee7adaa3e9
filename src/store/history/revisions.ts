/** Reads the history with git: revisions, contents, differences and merges. */
import { join } from "node:path";
import { EXIT, LooopError } from "../../core/error.ts";
import { LOG_FORMAT, parseLog, type Revision } from "../../core/history/revision.ts";
import { quoted } from "../../core/names.ts";
import { plainLine, utf8 } from "../../core/text.ts";
import type { Files } from "../../sys/sys.ts";
import type { GitResult } from "./git.ts";
import type { History } from "./history.ts";

/** How many commits back a beat is looked for. */
const MAX_REVISIONS = 2_000;

/** Returns the newest `count` revisions, newest first; an empty list before the first beat. */
export async function readRevisions(history: History, count = MAX_REVISIONS): Promise<Revision[]> {
  if (!history.folder.exists() || history.folder.head() === undefined) return [];
  return parseLog(utf8((await ask(history, ["log", `-${count}`, ...LOG_FORMAT])).stdout));
}

/** Returns the revision with this run id, or whose commit id begins so. Throws (exit 4) when there is no such revision. */
export function findRevision(revisions: readonly Revision[], word: string): Revision {
  const found =
    revisions.find(({ beat }) => beat === word) ??
    (/^[0-9a-f]{4,40}$/.test(word) ? revisions.find(({ commit }) => commit.startsWith(word)) : undefined);
  if (found !== undefined) return found;
  throw new LooopError({
    message: `Cannot find ${quoted(word)} in the history: no beat of that name changed anything`,
    hint: "List the beats with `looop history`",
    exit: EXIT.notFound,
  });
}

/** Returns what a revision changed, as a patch. */
export async function patchOf(history: History, { commit }: Pick<Revision, "commit">): Promise<string> {
  return utf8((await ask(history, ["diff-tree", "-p", "--root", "--no-commit-id", "-r", ...PATCH, commit])).stdout);
}

/** Returns the difference between two contents, as a patch. */
export async function contentPatch(history: History, from: string, to: string): Promise<string> {
  return utf8((await ask(history, ["diff", ...PATCH, from, to])).stdout);
}

const PATCH = ["--no-renames", "--no-ext-diff", "--no-textconv", "--no-color"];

/** Returns one content, by its blob id. */
export async function contentOf(history: History, id: string): Promise<Uint8Array> {
  return (await ask(history, ["cat-file", "blob", id])).stdout;
}

/** Merges two changed versions of `base` into one text. Returns undefined when they conflict. */
export async function mergeTexts(
  history: History,
  files: Files,
  texts: { readonly base: Uint8Array; readonly mine: Uint8Array; readonly theirs: Uint8Array },
): Promise<Uint8Array | undefined> {
  const folder = join(history.folder.path, "looop-merge");
  files.removeTree(folder);
  files.makeDir(folder);
  try {
    const names = (["mine", "base", "theirs"] as const).map((name) => {
      files.write(join(folder, name), texts[name]);
      return join(folder, name);
    });
    const ended = await history.run(["merge-file", "-p", "-q", ...names]);
    return typeof ended !== "string" && ended.code === 0 ? ended.stdout : undefined;
  } finally {
    files.removeTree(folder);
  }
}

async function ask(history: History, args: readonly string[]): Promise<GitResult> {
  history.folder.prepare();
  const ended = await history.run(["-c", "core.quotePath=false", ...args]);
  if (typeof ended !== "string" && ended.code === 0) return ended;
  throw new LooopError({
    message: `Cannot read the history: ${plainLine(typeof ended === "string" ? ended : ended.errorText || `git ended with ${ended.code}`)}`,
    hint: `Move ${history.folder.path} away; the next beat starts a new one`,
    exit: EXIT.failed,
  });
}
