/**
 * Reads a git repository that nobody vouches for, and cannot change it.
 *
 * A plain `git status` starts whatever the repository's config names, and rewrites its index. So git is never shown that
 * config: it works on a shadow, a git folder of ours with the few settings that are safe to follow, a copy of HEAD and of
 * the index, and links to refs and objects, which are only read.
 */
import { dirname, join, resolve } from "node:path";
import type { Env } from "../../core/env.ts";
import { followed, parseSettings, renderSettings, type Setting, whyUnreadable } from "../../core/history/git-config.ts";
import { parseStatus, type RepoState } from "../../core/history/git-status.ts";
import { utf8 } from "../../core/text.ts";
import type { Files, Proc } from "../../sys/sys.ts";
import { gitProgram, runGit } from "./git.ts";

export interface RepoTools {
  readonly files: Files;
  readonly proc: Proc;
  readonly env: Env;
  /** A folder that does not exist yet, for the shadow; the caller removes it. */
  readonly shadow: string;
}

/** Where a checkout keeps its things. `common` differs from `git` in a linked worktree. */
export interface Checkout {
  readonly root: string;
  readonly git: string;
  readonly common: string;
}

/** How long git may take, in milliseconds: a beat waits for it. */
const TIMEOUT_MS = 2_000;

/** Larger ones are refused: a copy is made, in memory and on disk. */
const INDEX_MAX_BYTES = 268_435_456;

/** The checkout that `folder` is in, or undefined when it is in none. */
export function findCheckout(files: Files, folder: string): Checkout | undefined {
  for (let root = folder; ; root = dirname(root)) {
    const git = gitFolder(files, root);
    if (git !== undefined) return { root, git, common: commonFolder(files, git) };
    if (dirname(root) === root) return undefined;
  }
}

function gitFolder(files: Files, root: string): string | undefined {
  const path = join(root, ".git");
  const kind = files.stat(path)?.kind;
  const git =
    kind === "file" ? files.read(path)?.match(/^gitdir: (.+?)[\r\n]*$/s)?.[1] : kind === "folder" ? path : undefined;
  const found = git === undefined ? undefined : resolve(root, git);
  return found !== undefined && files.stat(join(found, "HEAD"))?.kind === "file" ? found : undefined;
}

function commonFolder(files: Files, git: string): string {
  const path = join(git, "commondir");
  const common = files.stat(path)?.kind === "file" ? files.read(path)?.trim() : undefined;
  return common === undefined ? git : resolve(git, common);
}

/** What is unfinished in `checkout`, or in words why that cannot be told. */
export async function readRepo(tools: RepoTools, checkout: Checkout): Promise<RepoState | string> {
  const git = gitProgram(tools.proc, tools.env, dirname(tools.shadow));
  if (git === undefined) return "git is not on PATH";
  const { files, shadow } = tools;
  if ((files.stat(join(checkout.git, "index"))?.sizeBytes ?? 0) > INDEX_MAX_BYTES) return "its index is too large";
  buildShadow(files, checkout, shadow);
  const [own, excludes] = await Promise.all([repoSettings(tools, git, checkout), excludesFile(tools, git)]);
  if (typeof own === "string") return own;
  const problem = whyUnreadable(own);
  if (problem !== undefined) return problem;
  const branch = files.read(join(shadow, "HEAD"))?.match(/^ref: refs\/heads\/(.+?)\s*$/)?.[1];
  files.write(join(shadow, "config"), renderSettings([...followed(own, branch), ...excludes]));
  const args = [
    ...["--no-optional-locks", "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"],
    ...["status", "--porcelain=v2", "--branch", "-z", "--no-renames"],
    ...["--untracked-files=normal", "--ignore-submodules=all"],
  ];
  const status = await ask(tools, [git, ...args], { GIT_WORK_TREE: checkout.root });
  return typeof status === "string" ? status : parseStatus(status.text);
}

function buildShadow(files: Files, { git, common }: Checkout, shadow: string): void {
  files.makeDir(join(shadow, "info"));
  for (const name of ["HEAD", "index"]) files.copy(join(git, name), join(shadow, name));
  files.copy(join(common, "info/exclude"), join(shadow, "info/exclude"));
  for (const name of ["objects", "refs", "packed-refs", "shallow"]) {
    if (files.stat(join(common, name)) !== undefined) files.link(join(common, name), join(shadow, name));
  }
  // A split index is a small file beside a large one that does not change.
  for (const name of files.list(git)) {
    if (name.startsWith("sharedindex.")) files.link(join(git, name), join(shadow, name));
  }
}

/** All settings of the repository itself, read as a list: that starts nothing, and includes are not followed. */
async function repoSettings(tools: RepoTools, git: string, { common }: Checkout): Promise<Setting[] | string> {
  const path = join(common, "config");
  if (tools.files.stat(path)?.kind !== "file") return [];
  const listed = await ask(tools, [git, "config", "--file", path, "--no-includes", "--list", "-z"]);
  return typeof listed === "string" ? listed : parseSettings(listed.text);
}

/** What the person never wants to see, from their own config: the one thing taken from there. */
async function excludesFile(tools: RepoTools, git: string): Promise<Setting[]> {
  const { HOME = "", XDG_CONFIG_HOME = "" } = tools.env;
  const argv = [git, "config", "--global", "--type=path", "--get", "core.excludesFile"];
  // An empty GIT_CONFIG_GLOBAL would mean no config at all; this one is what git looks at first when it is unset.
  const where = {
    HOME,
    XDG_CONFIG_HOME,
    GIT_CONFIG_GLOBAL: tools.env["GIT_CONFIG_GLOBAL"] ?? join(HOME, ".gitconfig"),
  };
  const own = await ask(tools, argv, where);
  const usual = join(XDG_CONFIG_HOME || join(HOME || "/", ".config"), "git/ignore");
  const value = typeof own === "string" ? usual : own.text.replace(/\n$/, "");
  return [{ section: "core", sub: undefined, name: "excludesFile", value }];
}

/** What git printed, or in words what went wrong. */
async function ask(tools: RepoTools, argv: string[], env: Env = {}): Promise<{ text: string } | string> {
  const ended = await runGit({ ...tools, folder: tools.shadow }, { argv, env, timeoutMs: TIMEOUT_MS });
  if (typeof ended === "string") return ended;
  return ended.code === 0 ? { text: utf8(ended.stdout) } : ended.said || `git ended with exit code ${ended.code}`;
}
