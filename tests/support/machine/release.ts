/** A release on disk, as tools/release.ts leaves it. */
import { expect } from "bun:test";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import project from "../../../package.json" with { type: "json" };
import { PTY_FILES } from "../../../src/sys/pty/pty-library.ts";
import { type Entry, unpack } from "../../../tools/archive.ts";
import { packed } from "../../../tools/compile.ts";
import { badPages, describe } from "../../../tools/executable.ts";
import { ROOT } from "../../../tools/project.ts";
import type { Asset, Manifest } from "../../../tools/release-manifest.ts";
import { TARGETS } from "../../../tools/targets.ts";

/** The release that `npm run release` has just made. */
export const RELEASE = process.env["LOOOP_RELEASE"] ?? join(ROOT, "dist/release");

/** The loader that says which C library a Linux program is linked with. */
const LOADERS: Readonly<Record<string, string>> = {
  "x64 glibc": "/lib64/ld-linux-x86-64.so.2",
  "arm64 glibc": "/lib/ld-linux-aarch64.so.1",
  "x64 musl": "/lib/ld-musl-x86_64.so.1",
  "arm64 musl": "/lib/ld-musl-aarch64.so.1",
};

export function manifestOf(release: string): Manifest {
  return JSON.parse(readFileSync(join(release, "manifest.json"), "utf8")) as Manifest;
}

export function sha256Of(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** SHA256SUMS names every other file of the folder, and each has the hash it says. */
export function checkSums(release: string): void {
  const lines = readFileSync(join(release, "SHA256SUMS"), "utf8").trimEnd().split("\n");
  const said = Object.fromEntries(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
  const found = readdirSync(release).filter((name) => name !== "SHA256SUMS");
  expect(said).toEqual(Object.fromEntries(found.map((name) => [name, sha256Of(readFileSync(join(release, name)))])));
}

/** The archive holds the program, for its machine, with the right PTY library and no other, and the papers. */
export function checkArchive(release: string, asset: Asset): void {
  const entries = unpack(readFileSync(join(release, asset.archive.name)));
  expect(entries.map(({ name, isProgram }) => `${name}${isProgram ? " *" : ""}`)).toEqual([
    "looop *",
    "LICENSE",
    "README.md",
    "CHANGELOG.md",
    ...readdirSync(join(ROOT, "man"))
      .map((page) => `man/${page}`)
      .sort(),
  ]);
  const program = Buffer.from((entries[0] as Entry).content);
  expect(sha256Of(program)).toBe(asset.binary.sha256);
  const loader = LOADERS[`${asset.arch} ${asset.libc}`];
  expect<unknown>(describe(program)).toEqual({ os: asset.os, arch: asset.arch, ...(loader && { loader }) });
  if (asset.os === "darwin") expect(badPages(program)).toEqual([]);
  expect<unknown>(librariesIn(program)).toEqual([libraryOf(asset)]);
  expect(program.includes(`"${project.version}"`)).toBe(true);
  expect(asset.overBytes).toBeLessThanOrEqual(5_000_000);
}

function libraryOf({ target }: Asset): string | undefined {
  return TARGETS.find(({ name }) => name === target)?.library;
}

/** Which of the package's libraries a program carries, whole. */
function librariesIn(program: Buffer): string[] {
  const folder = join(ROOT, "node_modules/bun-pty/rust-pty/target/release");
  const found = Object.entries(PTY_FILES).filter(([, file]) => program.includes(packed(join(folder, file))));
  return found.map(([name]) => name);
}
