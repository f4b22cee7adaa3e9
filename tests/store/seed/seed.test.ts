/** ensureDataDir(): the contents of a new data folder, and what it never changes in one in use. */
import { describe, expect, onTestFinished, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { type Paths, resolvePaths } from "../../../src/store/paths.ts";
import { ensureDataDir } from "../../../src/store/seed/seed.ts";
import { files } from "../../../src/sys/files.ts";
import { git } from "../../support/machine/git-repo.ts";
import { missing, testUnless } from "../../support/program/skip.ts";

function freshPaths(env: Record<string, string> = {}): Paths {
  const home = mkdtempSync(join(tmpdir(), "looop-seed-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return resolvePaths({ HOME: home, ...env }, home);
}

const seed = (paths: Paths) => ensureDataDir(files, paths, () => 'default = "offline"\n');
const text = (...path: string[]) => readFileSync(join(...path), "utf8");
const mode = (...path: string[]) => statSync(join(...path)).mode & 0o777;

describe("ensureDataDir()", () => {
  test("writes the playbook, both goals, the sensor, .gitignore and the config into a fresh folder", () => {
    const paths = freshPaths();

    seed(paths);

    expect(text(paths.playbook)).toContain("SETUP");
    expect(files.list(paths.goals)).toEqual(["archive", "playbook-daily.md", "setup.md"]);
    expect(files.list(paths.sensors)).toEqual(["today.sh"]);
    expect(text(paths.data, ".gitignore")).toContain("snapshots/\n");
    expect(text(paths.config)).toBe('default = "offline"\n');
  });

  test("keeps everything private: folders 0700, files 0600, the sensor 0700", () => {
    const paths = freshPaths();

    seed(paths);

    const folders = [paths.data, paths.goals, paths.goalArchive, paths.sensors, paths.reports].map((path) =>
      mode(path),
    );
    expect(folders).toEqual([0o700, 0o700, 0o700, 0o700, 0o700]);
    expect([mode(paths.playbook), mode(paths.config), mode(paths.data, ".gitignore")]).toEqual([0o600, 0o600, 0o600]);
    expect(mode(paths.sensors, "today.sh")).toBe(0o700);
  });

  test("changes nothing the second time, whatever the person edited or deleted", () => {
    const paths = freshPaths();
    seed(paths);
    writeFileSync(paths.playbook, "mine\n");
    rmSync(join(paths.goals, "setup.md"));
    rmSync(join(paths.sensors, "today.sh"));

    seed(paths);

    expect(text(paths.playbook)).toBe("mine\n");
    expect(files.list(paths.goals)).toEqual(["archive", "playbook-daily.md"]);
    expect(files.list(paths.sensors)).toEqual([]);
  });

  test("restores a deleted PLAYBOOK.md without changing or restoring any goal or sensor", () => {
    const paths = freshPaths();
    seed(paths);
    writeFileSync(join(paths.goals, "setup.md"), "my own setup\n");
    rmSync(join(paths.goals, "playbook-daily.md"));
    rmSync(paths.playbook);

    seed(paths);

    expect(text(paths.playbook)).toContain("SETUP");
    expect(text(paths.goals, "setup.md")).toBe("my own setup\n");
    expect(files.list(paths.goals)).toEqual(["archive", "setup.md"]);
  });

  test("keeps a goal that exists before the first seeding", () => {
    const paths = freshPaths();
    mkdirSync(paths.goals, { recursive: true });
    writeFileSync(join(paths.goals, "setup.md"), "first\n");

    seed(paths);

    expect(text(paths.goals, "setup.md")).toBe("first\n");
  });

  test("completes a seeding that was interrupted before the PLAYBOOK", () => {
    const paths = freshPaths();
    seed(paths);
    for (const path of [paths.playbook, join(paths.data, ".gitignore"), join(paths.sensors, "today.sh")]) rmSync(path);

    seed(paths);

    expect(files.list(paths.sensors)).toEqual(["today.sh"]);
    expect(files.list(paths.data)).toContain("PLAYBOOK.md");
    expect(files.list(paths.data)).toContain(".gitignore");
  });

  test("keeps an old JSON config in use and writes no TOML config", () => {
    const paths = freshPaths();
    mkdirSync(dirname(paths.config), { recursive: true });
    writeFileSync(join(dirname(paths.config), "looop.json"), "{}\n");

    seed(paths);

    expect(files.list(dirname(paths.config))).toEqual(["looop.json"]);
  });

  test("does not write through a PLAYBOOK.md that is a broken link", () => {
    const paths = freshPaths();
    mkdirSync(paths.data, { recursive: true });
    symlinkSync(join(paths.data, "elsewhere.md"), paths.playbook);

    seed(paths);

    expect(files.list(paths.data)).not.toContain("elsewhere.md");
  });

  test("throws an error with exit 3 that names a folder it cannot make", () => {
    const paths = freshPaths();
    mkdirSync(dirname(paths.data), { recursive: true });
    writeFileSync(paths.data, "a file\n");

    expect(() => seed(paths)).toThrow(/Cannot make the folder .*looop\/goals\/archive/);
  });
});

describe("the seeds", () => {
  test("today.sh prints the local date and nothing else", () => {
    const paths = freshPaths();
    seed(paths);

    const { stdout, exitCode } = Bun.spawnSync([join(paths.sensors, "today.sh")]);

    expect(exitCode).toBe(0);
    expect(stdout.toString()).toMatch(/^\{"date":"\d{4}-\d\d-\d\d"\}\n$/);
  });

  testUnless(missing("git"))(".gitignore leaves to git what is worth a commit, and nothing else", () => {
    const paths = freshPaths();
    seed(paths);
    git(paths.data, "init", "-q");
    const policy = [join(paths.goals, "x.md"), join(paths.sensors, "x.sh"), join(paths.schedules, "x.json")];
    const worthIt = [paths.playbook, paths.journal, paths.trusted, ...policy];
    const { config: _config, oldConfig: _old, data: _data, isDefault: _is, ...inData } = paths;
    const folders = new Set([paths.goals, paths.goalArchive, paths.sensors, paths.schedules]);
    const scratch = Object.values(inData).filter((path) => !worthIt.includes(path) && !folders.has(path));
    const more = [
      ".lib/looop",
      ".look-1/index",
      ".lock/pid",
      "__pycache__/x",
      ".ruff_cache/x",
      "snapshots/sensor-x.json",
    ];
    const all = [...scratch, ...more.map((path) => join(paths.data, path))];
    // A pattern that ends in a slash matches only a folder.
    const asFiles = all.map((path) => (basename(path).includes(".") ? path : join(path, "x")));

    expect(
      git(paths.data, "check-ignore", ...asFiles)
        .trimEnd()
        .split("\n"),
    ).toEqual(asFiles);
    expect(() => git(paths.data, "check-ignore", ...worthIt, join(paths.data, ".gitignore"))).toThrow();
  });
});
