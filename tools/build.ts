/**
 * Builds dist/looop, or the empty program that benches compare with.
 * Usage: bun tools/build.ts [--if-stale] [looop | empty]
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { libraryName } from "../src/sys/pty/pty-library.ts";
import { compile, workFolder } from "./compile.ts";
import { ROOT } from "./project.ts";

/** The source file of each build target. */
const ENTRIES = { looop: "src/main.ts", empty: "bench/empty.ts" } as const;

type Target = keyof typeof ENTRIES;

const dist = join(ROOT, "dist");
const say = (text: string) => process.stderr.write(`${text}\n`);

/** Returns the hash of everything a build depends on. It uses contents and not times, which a clone or a checkout changes. */
function sourceHash(target: Target): string {
  const hash = new Bun.CryptoHasher("sha256").update(Bun.version);
  for (const path of [
    "tools/build.ts",
    "tools/compile.ts",
    "tools/bytecode-order.txt",
    "tsconfig.json",
    ...inputs(target),
  ]) {
    const content = readFileSync(join(ROOT, path));
    hash.update(`${path} ${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

function inputs(target: Target): string[] {
  if (target === "empty") return [ENTRIES.empty];
  const sources = readdirSync(join(ROOT, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
  return ["package.json", "bun.lock", "install.sh", ...sources.sort()];
}

/** Returns the stamp of a `file` built from `source`. Size and time tie the stamp to this exact file. */
function stampText(file: string, source: string): string {
  const { size, mtimeMs } = statSync(file);
  return `${source} ${size} ${mtimeMs}\n`;
}

function isFresh(file: string, stamp: string, source: string): boolean {
  return existsSync(file) && existsSync(stamp) && readFileSync(stamp, "utf8") === stampText(file, source);
}

/** Removes the folders that killed builds left. */
function sweep(): void {
  for (const name of readdirSync(dist)) {
    const pid = /^\.new\.(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(dist, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Builds into a temporary folder and renames the result, so that a killed build leaves the old program intact. */
async function build(target: Target, source: string): Promise<boolean> {
  const beganMs = performance.now();
  const file = join(dist, target);
  say(`Building dist/${target}`);
  const folder = workFolder();
  sweep();
  try {
    // The file is called `looop` from the start, because a compiled program sees its name in its argv.
    const made = join(folder, target);
    await compile({ entry: ENTRIES[target], outfile: made, library: libraryName() }, folder);
    renameSync(made, file);
    writeFileSync(join(dist, `.${target}.built`), stampText(file, source));
    const seconds = ((performance.now() - beganMs) / 1_000).toFixed(1);
    say(`Built dist/${target}: ${(statSync(file).size / 1e6).toFixed(1)} MB in ${seconds} s`);
    return true;
  } catch (error) {
    say(`${error instanceof Error ? error.message : error}\nCannot build dist/${target}: see above`);
    say(`  hint: Fix it, then run \`bun run build\``);
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const words = process.argv.slice(2);
const target: Target = words.includes("empty") ? "empty" : "looop";
const source = sourceHash(target);
const fresh = isFresh(join(dist, target), join(dist, `.${target}.built`), source);
if (!(words.includes("--if-stale") && fresh) && !(await build(target, source))) process.exitCode = 1;
