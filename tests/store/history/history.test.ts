/** The history with real git in temporary folders: what it stores, which author it names, and what it never touches. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Note, parseLog, type Revision } from "../../../src/core/history/revision.ts";
import { utf8 } from "../../../src/core/text.ts";
import { type CommitResult, History } from "../../../src/store/history/history.ts";
import { clock } from "../../../src/sys/clock.ts";
import { deflate } from "../../../src/sys/ffi/deflate.ts";
import { sha1 } from "../../../src/sys/ffi/hash.ts";
import { files } from "../../../src/sys/files.ts";
import { proc } from "../../../src/sys/process/proc.ts";
import { fingerprint, git, plantPrograms, put, unfinishedRepo } from "../../support/machine/git-repo.ts";
import { SYSTEM_PATH } from "../../support/program/profile.ts";

let root: string;
let data: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "looop-memory-")));
  data = join(root, "data");
  put(data, "PLAYBOOK.md", "Be quiet.\n");
  put(data, "goals/docs.md", "write the docs\n");
  put(data, "sensors/ci.sh", "#!/bin/sh\necho 1\n", 0o755);
  put(data, "events.jsonl", "{}\n");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function opened(env: Record<string, string> = {}): History {
  const memory = History.open({ files, clock, proc, env: { PATH: SYSTEM_PATH, ...env }, data, sha1, deflate });
  if (memory === undefined) throw new Error("git is not there");
  return memory;
}

const BEAT: Note = { kind: "beat", subject: "- 2026-01-02 09:30 moved", beat: "tick-1" };

/** Runs one beat that does `act`. */
async function beat(act: () => void, memory = opened(), note = BEAT): Promise<CommitResult> {
  await memory.begin({ kind: "interrupted", subject: "cut off", beat: note.beat });
  act();
  return memory.keep(note);
}

/** Runs git on the history, as a person at a terminal would. */
function read(...args: string[]): string {
  return git(data, "--git-dir", join(data, ".memory.git"), ...args);
}

function log(): Revision[] {
  const args = ["log", "-z", "--raw", "--no-abbrev", "--no-renames", "--format=%x01%H %ct%n%B"];
  return parseLog(read(...args));
}

function told(): string[] {
  return log().map(
    ({ kind, subject, touches }) => `${kind}: ${subject} [${touches.map(({ path }) => path).join(" ")}]`,
  );
}

describe("History.keep()", () => {
  test("commits the first files, then the person's edits, then the beat's changes", async () => {
    await beat(() => put(data, "goals/new.md", "new\n"));
    put(data, "PLAYBOOK.md", "Be loud.\n");
    rmSync(join(data, "goals/new.md"));
    await beat(() => appendFileSync(join(data, "goals/docs.md"), "soon\n"));

    expect(told()).toEqual([
      "beat: - 2026-01-02 09:30 moved [goals/docs.md]",
      "person: edited PLAYBOOK.md, goals/new.md [PLAYBOOK.md goals/new.md]",
      "beat: - 2026-01-02 09:30 moved [goals/new.md]",
      "start: files present when history began [PLAYBOOK.md goals/docs.md sensors/ci.sh]",
    ]);
    expect(read("log", "--format=%an %cn").split("\n")).toEqual([
      ...["looop looop", "person looop", "looop looop", "person looop", ""],
    ]);
  });

  test("commits nothing for a beat that changed nothing", async () => {
    await beat(() => {});
    const { commit } = await beat(() => put(data, "snapshots/sensor-ci.json", "2\n"));

    expect([commit, told().length]).toEqual([undefined, 1]);
  });

  test("leaves a repository that passes git fsck, with an index that matches the files", async () => {
    put(data, "goals/archive/old.md", "old\n");
    put(data, "goals/é 😀.md", "");
    put(data, "goals.md", "not ours\n");
    put(data, "sensors/lib/deep/x.py", "x = 1\n");
    await beat(() => put(data, "journal.md", "- moved\n".repeat(5_000)));

    read("fsck", "--strict", "--no-dangling");
    expect(read("status", "--porcelain")).toBe("");
    expect(read("ls-files", "-z").split("\0")).toEqual([
      ...["PLAYBOOK.md", "goals/archive/old.md", "goals/docs.md", "goals/é 😀.md", "journal.md"],
      ...["sensors/ci.sh", "sensors/lib/deep/x.py", ""],
    ]);
    expect(read("ls-tree", "HEAD", "sensors/ci.sh")).toStartWith("100755 ");
  });

  test("stores the exact bytes, whatever git attributes say", async () => {
    put(data, ".gitattributes", "* text=auto eol=crlf filter=lfs ident working-tree-encoding=UTF-16\n");
    await beat(() => put(data, "goals/odd.md", "a\r\nb\n$Id$\0\xff"));

    expect(read("cat-file", "blob", "HEAD:goals/odd.md")).toBe("a\r\nb\n$Id$\0\xff");
  });

  test("tracks files that a .gitignore hides, and skips hidden and temporary files", async () => {
    put(data, ".gitignore", "*\n");
    for (const path of [".secret", "x.md.123.0.tmp", "node_modules/a.js", "__pycache__/a.pyc"]) {
      put(data, `sensors/${path}`, "x");
    }
    await beat(() => put(data, "goals/new.md", "new\n"));

    expect(read("ls-files").split("\n")).toEqual(["PLAYBOOK.md", "goals/docs.md", "goals/new.md", "sensors/ci.sh", ""]);
  });

  test("stores the contents that links lead to", async () => {
    put(root, "dotfiles/PLAYBOOK.md", "Be quiet, everywhere.\n");
    rmSync(join(data, "PLAYBOOK.md"));
    symlinkSync(join(root, "dotfiles/PLAYBOOK.md"), join(data, "PLAYBOOK.md"));
    await beat(() => appendFileSync(join(data, "PLAYBOOK.md"), "And kind.\n"));

    expect(read("cat-file", "blob", "HEAD:PLAYBOOK.md")).toBe("Be quiet, everywhere.\nAnd kind.\n");
  });

  test("sees a change that keeps the size and the time of a file", async () => {
    await beat(() => {});
    const path = join(data, "goals/docs.md");
    writeFileSync(path, "wrote the docs\n");
    utimesSync(path, new Date(), new Date());
    await beat(() => writeFileSync(path, "wrota the docs\n"));

    expect(told()).toHaveLength(3);
  });

  test("keeps the last version of a file that cannot be read or is too large, and reports it", async () => {
    await beat(() => {});
    const { problems } = await beat(() => put(data, "goals/docs.md", "x".repeat(5_000_000)));

    expect(problems).toEqual([`${join(data, "goals/docs.md")} is larger than 4194304 bytes`]);
    expect(read("cat-file", "blob", "HEAD:goals/docs.md")).toBe("write the docs\n");
  });

  test("commits an interrupted beat's changes as the beat's, not as the person's", async () => {
    await opened().begin({ kind: "interrupted", subject: "cut off: tick-1", beat: "tick-1" });
    put(data, "goals/half.md", "half\n");
    await beat(() => put(data, "goals/whole.md", "whole\n"));

    expect(told().slice(0, 2)).toEqual([
      "beat: - 2026-01-02 09:30 moved [goals/whole.md]",
      "interrupted: cut off: tick-1 [goals/half.md]",
    ]);
  });

  test("leaves a folder that only its owner can read", async () => {
    await beat(() => put(data, "goals/new.md", "new\n"));

    const open = fingerprint(join(data, ".memory.git")).filter((line) => (Number(line.split(" ").at(-6)) & 0o77) !== 0);
    expect(open).toEqual([]);
  });
});

describe("History", () => {
  test("goes on after the person used git in it: commit, gc, packed refs", async () => {
    await beat(() => put(data, "goals/new.md", "new\n"));
    put(data, "goals/by-hand.md", "by hand\n");
    read("add", "goals/by-hand.md");
    read("commit", "-qm", "By hand");
    read("gc", "-q");
    await beat(() => put(data, "goals/more.md", "more\n"));

    expect(told().slice(0, 3)).toEqual([
      "beat: - 2026-01-02 09:30 moved [goals/more.md]",
      "person: By hand [goals/by-hand.md]",
      "beat: - 2026-01-02 09:30 moved [goals/new.md]",
    ]);
    read("fsck", "--strict", "--no-dangling");
  });

  test("removes the locks of a crashed git, and reports it", async () => {
    await beat(() => {});
    for (const name of ["index.lock", "refs/heads/main.lock"]) {
      const path = put(join(data, ".memory.git"), name, "");
      utimesSync(path, new Date(0), new Date(0));
    }
    const begun = await opened().begin(BEAT);

    expect(begun.problems).toEqual([
      "removed index.lock, which a crashed git left",
      "removed refs/heads/main.lock, which a crashed git left",
    ]);
    put(data, "goals/new.md", "new\n");
    await opened().keep(BEAT);
    expect(told()).toHaveLength(2);
  });

  test("refuses to commit while git holds the lock, and later commits the beat's changes as the beat's", async () => {
    await beat(() => {});
    const memory = opened();
    await memory.begin({ kind: "interrupted", subject: "cut off" });
    put(data, "goals/new.md", "new\n");
    const lock = put(join(data, ".memory.git"), "refs/heads/main.lock", "");

    await expect(memory.keep(BEAT)).rejects.toThrow(/Cannot write the history: a git command holds/);
    rmSync(lock);
    await opened().begin({ kind: "interrupted", subject: "cut off" });
    expect(told()[0]).toBe("beat: - 2026-01-02 09:30 moved [goals/new.md]");
  });

  test("moves a damaged history aside and starts a new one", async () => {
    await beat(() => put(data, "goals/new.md", "new\n"));
    writeFileSync(join(data, ".memory.git/refs/heads/main"), `${"f".repeat(40)}\n`);

    const { problems } = await opened().begin(BEAT);

    expect(problems.join()).toMatch(/could not be read, so a new one begins; the old one is .*damaged/);
    expect(told()).toHaveLength(1);
    expect(readdirSync(data).filter((name) => name.startsWith(".memory.git.damaged-"))).toHaveLength(1);
  });

  test("packs its objects after many beats, and stays readable", async () => {
    await beat(() => put(data, "journal.md", "- moved\n"));
    const cache = join(data, ".memory.git/looop-seen.json");
    writeFileSync(cache, JSON.stringify({ ...JSON.parse(readFileSync(cache, "utf8")), loose: 600 }));

    expect(await opened().tidy()).toBeUndefined();

    expect(readdirSync(join(data, ".memory.git/objects")).sort()).toEqual(["info", "pack"]);
    await beat(() => appendFileSync(join(data, "journal.md"), "- moved\n"));
    expect(told()).toHaveLength(3);
  });

  test("opens no history without git", () => {
    const env = { PATH: join(root, "nothing") };

    expect(History.open({ files, clock, proc, env, data, sha1, deflate })).toBeUndefined();
  });

  test("ignores a git in a relative folder of PATH", () => {
    put(data, "git", "#!/bin/sh\n", 0o755);

    expect(History.open({ files, clock, proc, env: { PATH: "." }, data, sha1, deflate })).toBeUndefined();
  });

  test("refuses a link to a repository of the person's", async () => {
    unfinishedRepo(join(root, "mine"));
    symlinkSync(join(root, "mine/.git"), join(data, ".memory.git"));
    const before = fingerprint(join(root, "mine"));

    await expect(opened().begin(BEAT)).rejects.toThrow(/it is a link/);

    expect(fingerprint(join(root, "mine"))).toEqual(before);
  });

  test("starts no program planted in it, in HOME or in the environment", async () => {
    await beat(() => put(data, "goals/new.md", "new\n"));
    const folder = join(data, ".memory.git");
    const traces = join(root, "traces");
    plantPrograms(unfinishedRepo(join(root, "repo")), traces);
    // The same settings and hooks, in the history itself and as the person's own.
    const planted = join(root, "repo/.git");
    writeFileSync(join(folder, "config"), readFileSync(join(planted, "config"), "utf8"));
    mkdirSync(join(folder, "hooks"), { recursive: true });
    for (const hook of readdirSync(join(planted, "hooks"))) {
      writeFileSync(join(folder, "hooks", hook), readFileSync(join(planted, "hooks", hook)));
      chmodSync(join(folder, "hooks", hook), 0o755);
    }
    writeFileSync(join(folder, "info/attributes"), "* diff=x filter=x\n");
    writeFileSync(join(folder, "commondir"), `${planted}\n`);
    put(root, "home/.gitconfig", `${readFileSync(join(planted, "config"), "utf8")}\n[commit]\n\tgpgSign = true\n`);
    put(root, "home/.gitconfig", `[includeIf "gitdir:**"]\n\tpath = ${join(planted, "config")}\n`);
    const env = {
      HOME: join(root, "home"),
      GIT_DIR: planted,
      GIT_WORK_TREE: root,
      GIT_INDEX_FILE: join(root, "index"),
      GIT_EXTERNAL_DIFF: join(traces, "../evil/diff.external"),
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "core.fsmonitor",
      GIT_CONFIG_VALUE_0: join(traces, "../evil/core.fsmonitor"),
    };
    const before = fingerprint(planted);

    const memory = opened(env);
    await beat(() => put(data, "goals/more.md", "more\n"), memory);
    const shown = await memory.run(["log", "-p", "--no-ext-diff", "--no-textconv"]);
    await memory.run(["repack", "-a", "-d", "-q"]);

    expect(typeof shown === "string" ? shown : utf8(shown.stdout)).toContain("+more");
    expect([readdirSync(traces), existsSync(join(root, "index"))]).toEqual([[], false]);
    expect(fingerprint(planted)).toEqual(before);
  });
});

describe("a repository of the person around the data folder", () => {
  const places: [title: string, place: () => string][] = [
    ["that is the data folder", () => data],
    ["above the data folder", () => root],
    ["that is goals/", () => join(data, "goals")],
  ];
  test.each(places)("%s stays unchanged, byte for byte", async (_title, place) => {
    const repo = place();
    git(repo, "init", "-q");
    git(repo, "add", "-A");
    git(repo, "commit", "-qm", "Mine");
    git(repo, "status");
    const before = fingerprint(join(repo, ".git"));

    await beat(() => put(data, "goals/new.md", "new\n"));
    put(data, "goals/docs.md", "mine\n");
    await beat(() => put(data, "goals/docs.md", "theirs\n"));

    expect(fingerprint(join(repo, ".git"))).toEqual(before);
    expect(told()).toHaveLength(4);
    expect(git(repo, "status", "--porcelain", "--untracked-files=all")).not.toContain(".memory.git");
  });

  test("can continue its stopped rebase after a beat", async () => {
    git(data, "init", "-q", "-b", "main");
    for (const text of ["one\n", "two\n"]) {
      put(data, "goals/docs.md", text);
      git(data, "add", "-A");
      git(data, "commit", "-qm", text.trim());
    }
    git(data, "checkout", "-qb", "other", "HEAD~1");
    put(data, "goals/docs.md", "three\n");
    git(data, "commit", "-qam", "three");
    spawnSync("git", ["-c", "user.name=A", "-c", "user.email=a@example.org", "rebase", "main"], { cwd: data });
    expect(existsSync(join(data, ".git/rebase-merge"))).toBe(true);
    const before = fingerprint(join(data, ".git"));

    await beat(() => put(data, "goals/new.md", "new\n"));

    expect(fingerprint(join(data, ".git"))).toEqual(before);
    put(data, "goals/docs.md", "two and three\n");
    git(data, "add", "goals/docs.md");
    git(data, "-c", "core.editor=true", "rebase", "--continue");
    expect(git(data, "log", "--format=%s")).toBe("three\ntwo\none\n");
  });

  test("accepts commits while looop commits to the history", async () => {
    git(data, "init", "-q", "-b", "main");
    git(data, "add", "-A");
    git(data, "commit", "-qm", "0");
    const memory = opened();
    for (let turn = 1; turn <= 10; turn++) {
      put(data, "goals/docs.md", `mine ${turn}\n`);
      git(data, "add", "-A");
      const theirs = proc.run({
        argv: ["/usr/bin/git", "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qam", `${turn}`],
        cwd: data,
        env: { PATH: SYSTEM_PATH, HOME: data },
      });
      await beat(() => put(data, "journal.md", `- ${turn}\n`), memory);
      expect((await theirs).code).toBe(0);
    }

    expect(git(data, "log", "--format=%s").split("\n")).toHaveLength(12);
    expect(told()).toHaveLength(20);
    renameSync(join(data, ".memory.git"), join(root, "gone"));
    expect(git(data, "log", "-1", "--format=%s")).toBe("10\n");
  });
});
