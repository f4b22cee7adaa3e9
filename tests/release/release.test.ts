/** The release that was just made, opened file by file. Run by `npm run release`, not by `npm test`. */
import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import project from "../../package.json" with { type: "json" };
import { checkArchive, checkSums, manifestOf, RELEASE } from "../support/machine/release.ts";
import { profile } from "../support/program/profile.ts";
import { run } from "../support/program/run.ts";
import { testUnless } from "../support/program/skip.ts";

const { assets, version } = manifestOf(RELEASE);

test("the release has this version, for all seven targets", () => {
  expect([version, assets.map(({ target }) => target).sort()]).toEqual([
    project.version,
    [
      "darwin-arm64",
      "darwin-x64",
      "linux-arm64",
      "linux-arm64-musl",
      "linux-x64",
      "linux-x64-baseline",
      "linux-x64-musl",
    ],
  ]);
});

test("SHA256SUMS has the right hash of every file", () => checkSums(RELEASE));

test.each(assets.map((asset) => [asset.target, asset] as const))(
  "the archive for %s holds a program for that machine, its PTY library and no other",
  (_target, asset) => checkArchive(RELEASE, asset),
);

/** Why a program of the target cannot run here. */
function cannotRun(os: string, arch: string): string | undefined {
  return process.platform === os && process.arch === arch ? undefined : `this is ${process.platform}-${process.arch}`;
}

describe("a program of the release runs the demo", () => {
  for (const name of ["linux-x64", "linux-x64-baseline"]) {
    testUnless(cannotRun("linux", "x64"))(name, () => {
      const me = profile();
      const done = run([join(RELEASE, `looop-${name}`), "demo"], { env: me.env, cwd: me.home });
      expect(done).toMatchObject({ exit: 0, stderr: "", stdout: expect.stringContaining("Nothing is left running") });
    });
  }

  testUnless(cannotRun("linux", "x64") ?? noMusl())("linux-x64-musl, under musl's own loader", () => {
    const me = profile();
    const libraries = muslLibraries(me.home);
    const argv = [join(RELEASE, "looop-linux-x64-musl"), "demo"];
    const done = run(argv, { env: { ...me.env, LD_LIBRARY_PATH: libraries }, cwd: me.home });
    expect(done).toMatchObject({ exit: 0, stderr: "", stdout: expect.stringContaining("Nothing is left running") });
  });
});

/** Why there is no musl to run under. Debian's package `musl` has the loader, `gcc` what bridges to Debian's libstdc++. */
function noMusl(): string | undefined {
  if (!existsSync("/lib/ld-musl-x86_64.so.1")) return "not installed: musl";
  return spawnSync("cc", ["--version"]).status === 0 ? undefined : "not installed: a C compiler";
}

/**
 * A folder of libraries for a musl program. Debian has no libstdc++ for musl, so this takes the one for glibc and
 * gives it the few symbols that musl lacks. What is under test, the program and its PTY library, is musl's own.
 */
function muslLibraries(folder: string): string {
  const shim = join(import.meta.dirname, "../support/machine/musl-shim.c");
  const bridge = join(folder, "ld-linux-x86-64.so.2");
  const argv = ["-shared", "-fPIC", "-nostdlib", "-fno-stack-protector", "-o", bridge, shim];
  expect(spawnSync("cc", argv, { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  for (const name of ["libstdc++.so.6", "libgcc_s.so.1"]) {
    const listed = readFileSync("/etc/ld.so.cache", "latin1").match(
      new RegExp(`/[\\w/.-]*x86_64[\\w/.-]*${name.replaceAll("+", "\\+")}`),
    );
    symlinkSync(listed?.[0] ?? `/usr/lib/x86_64-linux-gnu/${name}`, join(folder, name));
  }
  return folder;
}
