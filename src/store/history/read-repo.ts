/**
 * Reads the state of an untrusted git repository without changing it.
 *
 * A plain `git status` starts the programs that the repository's config names, and rewrites its index. So git never gets
 * that config. It works on a shadow: a temporary git folder with the few settings that are safe, copies of HEAD and the
 * index, and links to refs and objects, which are only read.
 */
import { dirname, join, resolve } from "node:path";
import type { Env } from "../../core/env.ts";
import {
  allowedSettings,
  parseSettings,
  renderSettings,
  type Setting,
  whyUnreadable,
} from "../../core/history/git-config.ts";
import { parseStatus, type RepoState } from "../../core/history/git-status.ts";
import { trimEndOf, utf8 } from "../../core/text.ts";
import type { Files, Proc } from "../../sys/sys.ts";
import { gitProgram, runGit } from "./git.ts";

export interface RepoDeps {
  readonly files: Files;
  readonly proc: Proc;
  readonly env: Env;
  /** A folder that does not exist yet, for the shadow; the caller removes it. */
  readonly shadow: string;
}

/** The folders of a checkout. `common` differs from `git` in a linked worktree. */
export interface Checkout {
  readonly root: string;
  readonly git: string;
  readonly common: string;
}

/** The timeout of git, in milliseconds: a beat waits for it. */
const TIMEOUT_MS = 2_000;

/** A larger index is refused, because it is copied. */
const INDEX_MAX_BYTES = 268_435_456;

/** Returns the checkout that contains `folder`, or undefined. */
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
  const named = kind === "file" ? files.read(path)?.match(/^gitdir: (.+)$/s)?.[1] : undefined;
  const git = kind === "folder" ? path : named === undefined ? undefined : trimEndOf(named, "\r\n");
  const found = git === undefined ? undefined : resolve(root, git);
  return found !== undefined && files.stat(join(found, "HEAD"))?.kind === "file" ? found : undefined;
}

function commonFolder(files: Files, git: string): string {
  const path = join(git, "commondir");
  const common = files.stat(path)?.kind === "file" ? files.read(path)?.trim() : undefined;
  return common === undefined ? git : resolve(git, common);
}

/** Returns the unfinished work in `checkout`, or a sentence saying why it cannot be read. */
export async function readRepo(deps: RepoDeps, checkout: Checkout): Promise<RepoState | string> {
  const git = gitProgram(deps.proc, deps.env, dirname(deps.shadow));
  if (git === undefined) return "git is not on PATH";
  const { files, shadow } = deps;
  if ((files.stat(join(checkout.git, "index"))?.sizeBytes ?? 0) > INDEX_MAX_BYTES) return "its index is too large";
  buildShadow(files, checkout, shadow);
  const [own, excludes] = await Promise.all([repoSettings(deps, git, checkout), excludesFile(deps, git)]);
  if (typeof own === "string") return own;
  const problem = whyUnreadable(own);
  if (problem !== undefined) return problem;
  const branch = files.read(join(shadow, "HEAD"))?.match(/^ref: refs\/heads\/(.+?)\s*$/)?.[1];
  files.write(join(shadow, "config"), renderSettings([...allowedSettings(own, branch), ...excludes]));
  const args = [
    ...["--no-optional-locks", "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"],
    ...["status", "--porcelain=v2", "--branch", "-z", "--no-renames"],
    ...["--untracked-files=normal", "--ignore-submodules=all"],
  ];
  const status = await runReadOnly(deps, [git, ...args], { GIT_WORK_TREE: checkout.root });
  return typeof status === "string" ? status : parseStatus(status.text);
}

function buildShadow(files: Files, { git, common }: Checkout, shadow: string): void {
  files.makeDir(join(shadow, "info"));
  for (const name of ["HEAD", "index"]) files.copy(join(git, name), join(shadow, name));
  files.copy(join(common, "info/exclude"), join(shadow, "info/exclude"));
  for (const name of ["objects", "refs", "packed-refs", "shallow"]) {
    if (files.stat(join(common, name)) !== undefined) files.link(join(common, name), join(shadow, name));
  }
  // With a split index, `index` is small and refers to a large shared file that does not change.
  for (const name of files.list(git)) {
    if (name.startsWith("sharedindex.")) files.link(join(git, name), join(shadow, name));
  }
}

/** Returns the repository's own settings. Listing them starts no program, and includes are not followed. */
async function repoSettings(deps: RepoDeps, git: string, { common }: Checkout): Promise<Setting[] | string> {
  const path = join(common, "config");
  if (deps.files.stat(path)?.kind !== "file") return [];
  const listed = await runReadOnly(deps, [git, "config", "--file", path, "--no-includes", "--list", "-z"]);
  return typeof listed === "string" ? listed : parseSettings(listed.text);
}

/** Returns the person's own excludes file, the only setting taken from their config. */
async function excludesFile(deps: RepoDeps, git: string): Promise<Setting[]> {
  const { HOME = "", XDG_CONFIG_HOME = "" } = deps.env;
  const argv = [git, "config", "--global", "--type=path", "--get", "core.excludesFile"];
  // An empty GIT_CONFIG_GLOBAL would mean no config at all. This default is where git looks when it is unset.
  const configEnv = {
    HOME,
    XDG_CONFIG_HOME,
    GIT_CONFIG_GLOBAL: deps.env["GIT_CONFIG_GLOBAL"] ?? join(HOME, ".gitconfig"),
  };
  const own = await runReadOnly(deps, argv, configEnv);
  const defaultPath = join(XDG_CONFIG_HOME || join(HOME || "/", ".config"), "git/ignore");
  const value = typeof own === "string" ? defaultPath : own.text.replace(/\n$/, "");
  return [{ section: "core", sub: undefined, name: "excludesFile", value }];
}

/** Returns what git printed, or a sentence saying what went wrong. */
async function runReadOnly(deps: RepoDeps, argv: string[], env: Env = {}): Promise<{ text: string } | string> {
  const ended = await runGit({ ...deps, folder: deps.shadow }, { argv, env, timeoutMs: TIMEOUT_MS });
  if (typeof ended === "string") return ended;
  return ended.code === 0 ? { text: utf8(ended.stdout) } : ended.errorText || `git ended with exit code ${ended.code}`;
}
