/** Reads memory, with git. */
import { join } from "node:path";
import { EXIT, LooopError } from "../../core/error.ts";
import { LOG_FORMAT, parseLog, type Revision } from "../../core/history/revision.ts";
import { quoted } from "../../core/names.ts";
import { plainLine, utf8 } from "../../core/text.ts";
import type { Files } from "../../sys/sys.ts";
import type { GitEnded } from "./git.ts";
import type { History } from "./history.ts";

/** How far back a beat is looked for, in commits. */
const FAR = 2_000;

/** The newest `count` revisions, newest first; none before the first beat. */
export async function readRevisions(memory: History, count = FAR): Promise<Revision[]> {
  if (!memory.folder.isThere() || memory.folder.head() === undefined) return [];
  return parseLog(utf8((await ask(memory, ["log", `-${count}`, ...LOG_FORMAT])).stdout));
}

/** The revision that a person means by a run's id, or by the beginning of a commit's. Throws (exit 4) when there is none. */
export function findRevision(revisions: readonly Revision[], word: string): Revision {
  const found =
    revisions.find(({ beat }) => beat === word) ??
    (/^[0-9a-f]{4,40}$/.test(word) ? revisions.find(({ commit }) => commit.startsWith(word)) : undefined);
  if (found !== undefined) return found;
  throw new LooopError({
    message: `Cannot find ${quoted(word)} in memory: no beat of that name changed anything`,
    hint: "`looop history` lists them",
    exit: EXIT.notFound,
  });
}

/** What a revision changed, as a patch. */
export async function patchOf(memory: History, { commit }: Pick<Revision, "commit">): Promise<string> {
  return utf8((await ask(memory, ["diff-tree", "-p", "--root", "--no-commit-id", "-r", ...PATCH, commit])).stdout);
}

/** The difference between two contents that memory holds. */
export async function contentPatch(memory: History, from: string, to: string): Promise<string> {
  return utf8((await ask(memory, ["diff", ...PATCH, from, to])).stdout);
}

const PATCH = ["--no-renames", "--no-ext-diff", "--no-textconv", "--no-color"];

/** One content, by its id. */
export async function contentOf(memory: History, id: string): Promise<Uint8Array> {
  return (await ask(memory, ["cat-file", "blob", id])).stdout;
}

/** Both changes of a text since `base` in one, or undefined when they do not fit together. */
export async function merged(
  memory: History,
  files: Files,
  texts: { readonly base: Uint8Array; readonly mine: Uint8Array; readonly theirs: Uint8Array },
): Promise<Uint8Array | undefined> {
  const folder = join(memory.folder.path, "looop-merge");
  files.removeTree(folder);
  files.makeDir(folder);
  try {
    const names = (["mine", "base", "theirs"] as const).map((name) => {
      files.write(join(folder, name), texts[name]);
      return join(folder, name);
    });
    const ended = await memory.run(["merge-file", "-p", "-q", ...names]);
    return typeof ended !== "string" && ended.code === 0 ? ended.stdout : undefined;
  } finally {
    files.removeTree(folder);
  }
}

async function ask(memory: History, args: readonly string[]): Promise<GitEnded> {
  memory.folder.prepare();
  const ended = await memory.run(["-c", "core.quotePath=false", ...args]);
  if (typeof ended !== "string" && ended.code === 0) return ended;
  throw new LooopError({
    message: `Cannot read memory: ${plainLine(typeof ended === "string" ? ended : ended.said || `git ended with ${ended.code}`)}`,
    hint: `Move ${memory.folder.path} away; the next beat begins a new one`,
    exit: EXIT.failed,
  });
}
