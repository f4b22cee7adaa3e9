/**
 * Builds a release into dist/release: for each target a binary and an archive, beside them SHA256SUMS, manifest.json, an
 * SPDX bill of materials and install.sh; with --url a Homebrew formula and a Nix flake too. The same commit gives the same bytes; every program is compiled twice to prove it.
 * At the end tests/release opens and checks all of it, unless it was built `--only` for some.
 * Usage: bun tools/release.ts [--only name,name] [--out folder] [--runtime file] [--url address]
 *
 * `--runtime` is a Bun to put in instead of the pinned packages' (for tests, of this machine's target). `--url` is where the
 * files will lie, written into manifest.json and install.sh; without it they ask for LOOOP_BASE_URL.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import manifest from "../package.json" with { type: "json" };
import { type Entry, pack } from "./archive.ts";
import { compile, workFolder } from "./compile.ts";
import { badPages } from "./executable.ts";
import { installScript } from "./install-script.ts";
import { homebrewFormula, nixFlake } from "./packaging.ts";
import { BUN, ROOT } from "./project.ts";
import type { Asset, FileFacts, Manifest } from "./release-manifest.ts";
import { bringRuntimes, runtimeOf } from "./runtimes.ts";
import { sbom } from "./sbom.ts";
import { signed } from "./sign.ts";
import { TARGETS, type Target } from "./targets.ts";

/** The size limit of a program, in bytes beyond an empty program. */
export const BUDGET_BYTES = 5_000_000;

const { values } = parseArgs({
  options: { only: { type: "string" }, out: { type: "string" }, runtime: { type: "string" }, url: { type: "string" } },
});
const out = resolve(values.out ?? join(ROOT, "dist/release"));
const only = values.only?.split(",");
const targets = TARGETS.filter(({ name }) => only === undefined || only.includes(name));
const unknown = only?.filter((name) => !TARGETS.some((target) => target.name === name)) ?? [];
if (unknown.length > 0) throw new Error(`Cannot build for ${unknown.join(", ")}: the targets are ${names(TARGETS)}`);

const say = (text: string) => process.stderr.write(`${text}\n`);
const sha256 = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");

function names(list: readonly Target[]): string {
  return list.map(({ name }) => name).join(", ");
}

function git(...words: string[]): string {
  const { status, stdout } = spawnSync("git", words, { cwd: ROOT, encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot tell the commit: git ${words[0]} failed\n  hint: Release from a clone`);
  return stdout.trim();
}

/** The other files in each archive. */
function extras(): Entry[] {
  const pages = readdirSync(join(ROOT, "man")).sort();
  const names = ["LICENSE", "README.md", "CHANGELOG.md", ...pages.map((page) => `man/${page}`)];
  return names.map((name) => ({ name, content: readFileSync(join(ROOT, name)) }));
}

async function compiled(entry: string, target: Target, folder: string): Promise<Buffer> {
  const outfile = join(folder, "looop");
  const place = values.url === undefined ? {} : { url: values.url };
  const foreign = { target, runtime: values.runtime ?? runtimeOf(target) };
  await compile({ entry, outfile, library: target.library, ...place, foreign }, folder);
  const program = readFileSync(outfile);
  return target.os === "darwin" && badPages(program).length > 0 ? signed(program, "looop") : program;
}

function write(name: string, content: Uint8Array): FileFacts {
  writeFileSync(join(out, name), content);
  return { name, bytes: content.length, sha256: sha256(content) };
}

async function release(target: Target, mtimeS: number): Promise<Asset> {
  const folder = workFolder();
  try {
    const program = await compiled("src/main.ts", target, folder);
    const again = await compiled("src/main.ts", target, folder);
    if (!program.equals(again)) throw new Error(`Cannot release ${target.name}: compiled twice, it differs`);
    const overBytes = program.length - (await compiled("bench/empty.ts", target, folder)).length;
    const stem = `looop-${target.name}`;
    const binary = write(stem, program);
    chmodSync(join(out, stem), 0o755);
    const archive = write(
      `${stem}.tar.gz`,
      pack([{ name: "looop", content: program, isProgram: true }, ...extras()], mtimeS),
    );
    say(
      `${target.name.padEnd(20)} ${mb(program.length)}, ${mb(archive.bytes)} packed, ${mb(overBytes)} over an empty program`,
    );
    if (overBytes > BUDGET_BYTES) throw new Error(`Cannot release ${target.name}: more than ${mb(BUDGET_BYTES)} over`);
    const { name, os, arch, libc } = target;
    return { target: name, os, arch, ...(libc === undefined ? {} : { libc }), overBytes, binary, archive };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

const changed = git("status", "--porcelain") !== "";
const commit = git("rev-parse", "HEAD") + (changed ? "-changed" : "");
if (changed) say("Note: the tree has changes that are not committed; the manifest says so");
const mtimeS = Number(git("log", "-1", "--format=%ct"));
const created = new Date(mtimeS * 1_000).toISOString().replace(".000", "");

if (values.runtime === undefined) bringRuntimes();
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const assets: Asset[] = [];
for (const target of targets) assets.push(await release(target, mtimeS));

const { version } = manifest;
const url = values.url === undefined ? {} : { url: values.url };
const facts: Manifest = { v: 1, name: "looop", version, commit, created, bun: Bun.version, ...url, assets };
const others = [
  write("manifest.json", Buffer.from(`${JSON.stringify(facts, undefined, 2)}\n`)),
  write("looop.spdx.json", Buffer.from(sbom({ version, commit, created, targets }))),
  write("install.sh", Buffer.from(installScript(values.url))),
  // These files contain URLs, and cover every target.
  ...(values.url === undefined || only !== undefined
    ? []
    : [
        write("looop.rb", Buffer.from(homebrewFormula(facts, values.url))),
        write("flake.nix", Buffer.from(nixFlake(facts, values.url))),
      ]),
];
const files = [...assets.flatMap(({ archive, binary }) => [archive, binary]), ...others];
const sums = files.map((file) => `${file.sha256}  ${file.name}\n`).sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1));
write("SHA256SUMS", Buffer.from(sums.join("")));
const checked =
  only !== undefined ||
  spawnSync(BUN, ["test", "--timeout=120000", "tests/release"], {
    cwd: ROOT,
    env: { ...process.env, LOOOP_RELEASE: out },
    stdio: ["ignore", 2, 2],
  }).status === 0;
if (!checked) throw new Error("Cannot release: its check failed\n  hint: See above");
say(`Released looop ${version} (${commit.slice(0, 12)}) for ${names(targets)} in ${out}`);
