/** The Bun of every target, as npm packages: pinned by version and hash in tools/runtimes/, installed for a release only. */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BUN, ROOT } from "./project.ts";
import type { Target } from "./targets.ts";

const PINNED = join(ROOT, "tools/runtimes");
const FOLDER = join(ROOT, ".bun", Bun.version, "runtimes");

/** Installs all of them, unless they are installed. Bun's installer checks each against the hash in the lock file. */
export function bringRuntimes(): void {
  const stamp = join(FOLDER, "node_modules/.looop-stamp");
  const lock = readFileSync(join(PINNED, "bun.lock"), "utf8");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  mkdirSync(FOLDER, { recursive: true });
  for (const name of ["package.json", "bun.lock"]) copyFileSync(join(PINNED, name), join(FOLDER, name));
  const argv = ["install", "--frozen-lockfile", "--ignore-scripts", "--os=*", "--cpu=*"];
  const { status } = spawnSync(BUN, argv, { cwd: FOLDER, stdio: ["ignore", 2, 2] });
  if (status !== 0)
    throw new Error("Cannot bring the runtimes: bun install failed\n  hint: See above, then run it again");
  writeFileSync(stamp, lock);
}

/** Returns the path of the Bun for `target`, once it is installed. */
export function runtimeOf(target: Target): string {
  return join(FOLDER, "node_modules", target.package, "bin/bun");
}

/** Returns the version of a package in a lock file's text, and the SHA-512 of its archive, in base64. */
export function pinnedIn(text: string, name: string): { readonly version: string; readonly sha512: string } {
  const line = text.split("\n").find((it) => it.trimStart().startsWith(`"${name}": [`)) ?? "";
  const [, version, sha512] = /@(\d[\w.-]*)",.*"sha512-([A-Za-z0-9+/=]+)"/.exec(line) ?? [];
  if (version === undefined || sha512 === undefined) throw new Error(`Cannot find ${name} in the lock file`);
  return { version, sha512 };
}
