/**
 * Reads a git repository that nobody vouches for, and cannot change it.
 *
 * A plain `git status` starts whatever the repository's config names, and rewrites its index. So git is never shown that
 * config: it works on a shadow, a git folder of ours with the few settings that are safe to follow, a copy of HEAD and of
 * the index, and links to refs and objects, which are only read.
 */
import { Buffer } from "node:buffer";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { type Env, setting } from "../core/env.ts";
import { followed, parseSettings, renderSettings, type Setting, whyUnreadable } from "../core/gitconfig.ts";
import { parseStatus, type RepoState } from "../core/repo.ts";
import { plainLine, utf8 } from "../core/text.ts";
import type { Files, Proc } from "../sys/sys.ts";

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

const OUTPUT_MAX_BYTES = 33_554_432;

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
  const git = gitProgram(tools);
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
  const status = await runGit(tools, [git, ...args], { GIT_WORK_TREE: checkout.root });
  return typeof status === "string" ? status : parseStatus(status.text);
}

/** Folders of PATH that depend on where we are could be the stranger's. */
function gitProgram({ proc, env, shadow }: RepoTools): string | undefined {
  const path = (setting(env, "PATH") ?? "").split(":").filter(isAbsolute).join(":");
  return proc.which("git", path, dirname(shadow));
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
  const listed = await runGit(tools, [git, "config", "--file", path, "--no-includes", "--list", "-z"]);
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
  const own = await runGit(tools, argv, where);
  const usual = join(XDG_CONFIG_HOME || join(HOME || "/", ".config"), "git/ignore");
  const value = typeof own === "string" ? usual : own.text.replace(/\n$/, "");
  return [{ section: "core", sub: undefined, name: "excludesFile", value }];
}

/** Runs git with an environment of its own. Returns what it printed, or in words what went wrong. */
async function runGit(tools: RepoTools, argv: string[], more: Env = {}): Promise<{ text: string } | string> {
  const chunks: Record<"stdout" | "stderr", Uint8Array[]> = { stdout: [], stderr: [] };
  let printed = 0;
  const ended = await tools.proc.run({
    argv,
    cwd: tools.shadow,
    env: { ...quietEnv(tools), ...more },
    timeoutMs: TIMEOUT_MS,
    onOutput: (bytes, from) => {
      printed += bytes.length;
      if (printed <= OUTPUT_MAX_BYTES) chunks[from].push(bytes.slice());
    },
  });
  if (ended.timedOut) return `git took longer than ${TIMEOUT_MS / 1_000} s`;
  if (printed > OUTPUT_MAX_BYTES) return "git has too much to say about it";
  if (ended.code !== 0) return plainLine(joined(chunks.stderr)) || `git ended with exit code ${ended.code}`;
  return { text: joined(chunks.stdout) };
}

/** Nothing of the person's or the repository's: no config, no attributes, no tracing, no questions, no network. */
function quietEnv({ env, shadow }: RepoTools): Env {
  return {
    PATH: setting(env, "PATH") ?? "",
    LC_ALL: "C",
    HOME: shadow,
    XDG_CONFIG_HOME: shadow,
    GIT_DIR: shadow,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_NO_LAZY_FETCH: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
  };
}

function joined(chunks: readonly Uint8Array[]): string {
  return utf8(Buffer.concat(chunks));
}
