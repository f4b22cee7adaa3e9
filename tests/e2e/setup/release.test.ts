/** `npm run release` for this machine: the same from two places, and what install.sh makes of it. All seven: tests/release. */
import { describe, expect, test } from "bun:test";
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { BUN, ROOT } from "../../../tools/project.ts";
import { serve } from "../../support/machine/file-server.ts";
import { checkArchive, checkSums, manifestOf } from "../../support/machine/release.ts";
import { HOME, inRoot } from "../../support/process/bare-root.ts";
import { profile } from "../../support/program/profile.ts";
import { fromSource, missing, testUnless } from "../../support/program/skip.ts";

const TARGET = `${process.platform}-${process.arch}`;
const testRelease = testUnless(fromSource("a release is a binary") ?? missing("git"));

/** A copy of the project elsewhere, at `place` in a new folder, committed, without what is built. */
function copyOfProject(place = "."): string {
  const made = mkdtempSync(join(tmpdir(), "looop-elsewhere-"));
  process.on("exit", () => rmSync(made, { recursive: true, force: true }));
  const folder = join(made, place);
  const left = new Set(["node_modules", "dist", ".git", ".bun"]);
  cpSync(ROOT, folder, { recursive: true, filter: (path) => !left.has(path.slice(ROOT.length + 1)) });
  // In the copy itself, not a link to it: where a package lies must not show either.
  const [from, to] = [join(ROOT, "node_modules"), join(folder, "node_modules")];
  const linked = spawnSync("cp", ["-al", from, to]);
  if (linked.status !== 0) cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  const who = ["-c", "user.name=you", "-c", "user.email=you@localhost", "-c", "core.hooksPath=/dev/null"];
  for (const words of [
    ["init", "-q"],
    ["add", "-A"],
    [...who, "commit", "-qm", "all"],
  ]) {
    expect(spawnSync("git", words, { cwd: folder, encoding: "utf8" })).toMatchObject({ status: 0 });
  }
  return folder;
}

/** Builds a release for this machine with the tools of `project`. */
function release(project: string): string {
  const out = join(project, "dist/release");
  const argv = [join(project, "tools/release.ts"), "--only", TARGET, "--runtime", BUN, "--out", out];
  const done = spawnSync(BUN, argv, { encoding: "utf8" });
  expect([done.status, done.stdout]).toEqual([0, ""]);
  return out;
}

describe("npm run release", () => {
  let made: string | undefined;
  const first = () => (made ??= release(copyOfProject()));

  testRelease("makes an archive with only the program and its PTY library, and correct sums", () => {
    const out = first();
    const [asset, ...others] = manifestOf(out).assets;
    if (asset === undefined) throw new Error("the manifest names nothing");
    expect(others).toEqual([]);
    checkSums(out);
    checkArchive(out, asset);
  });

  testRelease("makes the same bytes from the same sources in another folder, however deep", () => {
    const again = manifestOf(release(copyOfProject("of/the same")));
    expect(again.assets[0]?.binary).toEqual(manifestOf(first()).assets[0]?.binary);
  });

  testRelease("lists its contents: every package at its version, and Bun", () => {
    const { packages, relationships } = JSON.parse(readFileSync(join(first(), "looop.spdx.json"), "utf8"));
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    const found = Object.fromEntries(packages.map((it: Record<string, string>) => [it["name"], it["versionInfo"]]));
    expect(found).toMatchObject({ ...dependencies, looop: manifestOf(first()).version });
    expect(Object.keys(found).some((name) => name.startsWith("@oven/bun-"))).toBe(true);
    const known = new Set(["SPDXRef-DOCUMENT", ...packages.map((it: Record<string, string>) => it["SPDXID"])]);
    const ends = relationships.flatMap((it: Record<string, string>) => [it["spdxElementId"], it["relatedSpdxElement"]]);
    expect(ends.filter((id: string) => !known.has(id))).toEqual([]);
  });

  testUnless(fromSource("a release is a binary") ?? missing("git", "bwrap", "dash", "curl", "bash"))(
    "and install.sh put a looop into a clean root that runs the demo",
    async () => {
      const me = profile();
      const { url } = await serve(first());
      const home = join(me.home, "you");
      const tools = [
        "bash",
        "cat",
        "chmod",
        "cut",
        "env",
        "grep",
        "gzip",
        "mkdir",
        "mv",
        "rm",
        "sed",
        "sha256sum",
        "tar",
        "uname",
      ];
      const more = [
        "--symlink",
        "bash",
        "/bin/sh",
        "--setenv",
        "LOOOP_BASE_URL",
        url,
        "--ro-bind",
        first(),
        "/release",
      ];
      const line = `dash /release/install.sh && ${HOME}/.local/bin/looop demo`;

      const done = await ended(
        inRoot({ home, commands: ["dash", "curl", "tail", "ls", "paste", ...tools], more }, ["bash", "-c", line]),
      );

      expect([done.exit, done.stderr]).toEqual([0, ""]);
      expect(done.stdout).toContain("Nothing is left running, and the demo wrote nothing outside this folder");
      expect(existsSync(join(home, ".local/bin/looop"))).toBe(true);
    },
  );
});

function ended([command = "", ...argv]: readonly string[]): Promise<{
  exit: number | null;
  stdout: string;
  stderr: string;
}> {
  const child = spawn(command, argv, { stdio: ["ignore", "pipe", "pipe"] });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (bytes) => (said.stdout += `${bytes}`));
  child.stderr.on("data", (bytes) => (said.stderr += `${bytes}`));
  return new Promise((done) => child.on("close", (exit) => done({ exit, ...said })));
}

test("every runtime of a release is pinned by version and hash", () => {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, "tools/runtimes/package.json"), "utf8"));
  expect(new Set(Object.values(dependencies))).toEqual(new Set([Bun.version]));
  const lock = readFileSync(join(ROOT, "tools/runtimes/bun.lock"), "utf8");
  for (const name of Object.keys(dependencies))
    expect(lock).toMatch(new RegExp(`"${name}": \\[.*"sha512-[^"]{80,}"\\]`));
});
