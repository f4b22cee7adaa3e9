/** readRepo() on hostile repositories: it starts no program that they name and changes nothing in them. */
import { describe, expect, onTestFinished, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RepoState } from "../../../src/core/history/git-status.ts";
import { type Checkout, findCheckout, readRepo } from "../../../src/store/history/read-repo.ts";
import { files } from "../../../src/sys/files.ts";
import { proc } from "../../../src/sys/process/proc.ts";
import { fingerprint, git, makeStale, plantPrograms, put, unfinishedRepo } from "../../support/machine/git-repo.ts";
import { SYSTEM_PATH } from "../../support/program/profile.ts";

function room(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "looop-repo-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function found(folder: string): Checkout {
  const checkout = findCheckout(files, folder);
  if (checkout === undefined) throw new Error(`${folder} was not found to be in a repository`);
  return checkout;
}

/** Reads the repository that contains `folder`; `home` is the HOME of the person. */
async function read(folder: string, home: string, env: Record<string, string> = {}): Promise<RepoState | string> {
  const shadow = join(home, ".shadow");
  rmSync(shadow, { recursive: true, force: true });
  return readRepo({ files, proc, shadow, env: { PATH: SYSTEM_PATH, HOME: home, ...env } }, found(folder));
}

async function state(folder: string, home: string): Promise<RepoState> {
  const read_ = await read(folder, home);
  if (typeof read_ === "string") throw new Error(read_);
  return read_;
}

describe("readRepo()", () => {
  test("returns the branch, the commit and the uncommitted files", async () => {
    const home = room();
    const repo = unfinishedRepo(join(home, "repo"));

    const { branch, commit, changed } = await state(repo, home);

    expect([branch, commit]).toEqual(["main", git(repo, "rev-parse", "HEAD").trim()]);
    expect(changed).toEqual(["M plan.txt", "?? notes.txt"]);
  });

  test("agrees with git about what is ahead of and behind the upstream", async () => {
    const home = room();
    const origin = unfinishedRepo(join(home, "origin"));
    git(home, "clone", "-q", origin, "mine");
    const mine = join(home, "mine");
    git(origin, "commit", "-qam", "theirs");
    for (const name of ["one", "two"]) git(mine, "commit", "-qm", name, "--allow-empty");
    git(mine, "fetch", "-q");

    const { ahead, behind, upstream, changed } = await state(mine, home);

    expect([ahead, behind, upstream, changed]).toEqual([2, 1, "origin/main", []]);
  });

  test("starts no program that a hostile repository names, and changes no byte or time in it", async () => {
    const home = room();
    const repo = unfinishedRepo(join(home, "repo"));
    const traces = join(home, "traces");
    plantPrograms(repo, traces);
    makeStale(repo);
    const before = fingerprint(repo);

    const { changed } = await state(repo, home);

    expect(readdirSync(traces)).toEqual([]);
    expect(fingerprint(repo)).toEqual(before);
    expect(changed).toEqual(["M plan.txt", "?? .gitattributes", "?? notes.txt"]);
    // A plain git status does start the program: without this check the test would prove nothing.
    spawnSync("git", ["status"], { cwd: repo, env: { PATH: SYSTEM_PATH, HOME: home } });
    expect(readdirSync(traces)).toEqual(expect.arrayContaining(["filter.x.clean"]));
    expect(readdirSync(traces).some((name) => ["core.fsmonitor", "include"].includes(name))).toBe(true);
    expect(fingerprint(repo)).not.toEqual(before);
  });

  test("does not enter a submodule with a hostile config", async () => {
    const home = room();
    const inner = unfinishedRepo(join(home, "inner"));
    const repo = unfinishedRepo(join(home, "repo"));
    git(repo, "-c", "protocol.file.allow=always", "submodule", "add", "-q", inner, "sub");
    git(join(repo, "sub"), "config", "core.fsmonitor", put(home, "evil", `#!/bin/sh\n: >'${home}/sprung'\n`, 0o755));

    const { changed } = await state(repo, home);

    expect(existsSync(join(home, "sprung"))).toBe(false);
    expect(changed).toContain("A .gitmodules");
  });

  test("fetches nothing for a partial clone whose objects are missing", async () => {
    const home = room();
    const repo = unfinishedRepo(join(home, "repo"));
    plantPrograms(repo, join(home, "traces"));
    git(repo, "config", "core.repositoryformatversion", "1");
    git(repo, "config", "extensions.partialClone", "origin");
    rmSync(join(repo, ".git/objects", git(repo, "rev-parse", "HEAD:").trim().replace(/^(..)/, "$1/")));

    const said = await read(repo, home);

    expect(said).toBeString();
    expect(readdirSync(join(home, "traces"))).toEqual([]);
  });

  test("ignores GIT_ variables of the environment", async () => {
    const home = room();
    const repo = unfinishedRepo(join(home, "repo"));
    const evil = put(home, "evil", `#!/bin/sh\n: >'${home}/sprung'\n`, 0o755);
    const env = {
      GIT_DIR: "/nonexistent",
      GIT_INDEX_FILE: "/nonexistent",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "core.fsmonitor",
      GIT_CONFIG_VALUE_0: evil,
      GIT_EXTERNAL_DIFF: evil,
      GIT_TRACE: join(home, "trace"),
    };

    const said = await read(repo, home, env);

    expect(said).toMatchObject({ branch: "main" });
    expect([existsSync(join(home, "sprung")), existsSync(join(home, "trace"))]).toEqual([false, false]);
  });

  test("leaves out what the person's own ignore file hides", async () => {
    const home = room();
    const repo = unfinishedRepo(join(home, "repo"));
    put(home, ".config/git/ignore", "notes.txt\n");

    const byDefault = await state(repo, home);
    put(home, ".gitconfig", "[core]\n\texcludesFile = ~/other\n");
    put(home, "other", "nothing\n");
    const named = await state(repo, home);

    expect([byDefault.changed, named.changed]).toEqual([["M plan.txt"], ["M plan.txt", "?? notes.txt"]]);
  });

  test("reads a linked worktree, a subfolder, and a folder reached by a link", async () => {
    const home = room();
    const repo = unfinishedRepo(join(home, "repo"));
    git(repo, "worktree", "add", "-q", "-b", "side", join(home, "side"));
    put(join(home, "side"), "deep/er/new.txt", "x\n");
    symlinkSync(join(home, "side"), join(home, "link"));

    const { branch, changed } = await state(join(home, "side/deep/er"), home);

    expect([branch, changed]).toEqual(["side", ["?? deep/"]]);
    expect(found(realpathSync(join(home, "link"))).root).toBe(join(home, "side"));
  });

  test("reads a repository without a commit, without an index, and with a detached HEAD", async () => {
    const home = room();
    const empty = join(home, "empty");
    git(home, "init", "-q", "-b", "main", "empty");
    const repo = unfinishedRepo(join(home, "repo"));
    git(repo, "checkout", "-q", "--detach");

    const [unborn, detached] = [await state(empty, home), await state(repo, home)];

    expect([unborn.branch, unborn.commit, unborn.changed]).toEqual(["main", undefined, []]);
    expect(detached.branch).toBeUndefined();
  });

  test("reads a repository whose path has spaces, quotes and a newline", async () => {
    const home = room();
    const repo = unfinishedRepo(join(home, `it's a "repo"\nwith $(lines) \\ and ünï`));

    const { changed } = await state(repo, home);

    expect(changed).toEqual(["M plan.txt", "?? notes.txt"]);
  });

  test("reads a repository with SHA-256 objects", async () => {
    const home = room();
    git(home, "init", "-q", "-b", "main", "--object-format=sha256", "repo");
    put(join(home, "repo"), "a.txt", "a\n");
    git(join(home, "repo"), "add", "-A");
    git(join(home, "repo"), "commit", "-qm", "one");

    expect(await state(join(home, "repo"), home)).toMatchObject({
      changed: [],
      commit: expect.stringMatching(/^\w{64}$/),
    });
  });

  test("reads a split index and packed refs", async () => {
    const home = room();
    const repo = unfinishedRepo(join(home, "repo"));
    git(repo, "update-index", "--split-index");
    git(repo, "pack-refs", "--all");

    const { changed, commit } = await state(repo, home);

    expect(changed).toEqual(["M plan.txt", "?? notes.txt"]);
    expect(commit).toBe(git(repo, "rev-parse", "HEAD").trim());
  });

  const broken: [title: string, path: string, text: string][] = [
    ["an invalid config", ".git/config", "[[["],
    ["an invalid index", ".git/index", "not an index"],
    [
      "a ref format of the future",
      ".git/config",
      "[core]\n\trepositoryformatversion = 1\n[extensions]\n\trefstorage = x\n",
    ],
  ];
  test.each(broken)("returns one line that says why it cannot read %s", async (_title, path, text) => {
    const home = room();
    const repo = unfinishedRepo(join(home, "repo"));
    put(repo, path, text);

    const said = await read(repo, home);

    expect(said).toMatch(/^[^\n]+$/);
  });

  test("reports that git is missing, and ignores one in a relative folder of PATH", async () => {
    const home = room();
    const repo = unfinishedRepo(join(home, "repo"));
    put(home, "git", "#!/bin/sh\n", 0o755);

    const said = await read(repo, home, { PATH: `.:${join(home, "none")}` });

    expect(said).toBe("git is not on PATH");
  });
});

describe("findCheckout()", () => {
  test("returns undefined outside a repository, also next to a .git that is not a repository", () => {
    const folder = room();
    put(folder, "a/.git/config", "");
    put(folder, "b/.git", "gitdir: /nonexistent\n");
    put(folder, "c/.git", "nonsense\n");
    expect(["a", "b", "c"].map((name) => findCheckout(files, join(folder, name)))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
