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

/** What can be built, from which file. */
const ENTRIES = { looop: "src/main.ts", empty: "bench/empty.ts" } as const;

type Target = keyof typeof ENTRIES;

const dist = join(ROOT, "dist");
const say = (text: string) => process.stderr.write(`${text}\n`);

/** The hash of everything a build depends on: content, not times, because a clone or a checkout changes those. */
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

/** What the stamp of `file` says when it was built from `source`. Size and time tie it to this very file. */
function stampText(file: string, source: string): string {
  const { size, mtimeMs } = statSync(file);
  return `${source} ${size} ${mtimeMs}\n`;
}

function isFresh(file: string, stamp: string, source: string): boolean {
  return existsSync(file) && existsSync(stamp) && readFileSync(stamp, "utf8") === stampText(file, source);
}

/** Removes what killed builds left behind. */
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

/** Builds into a folder of its own and renames: a run that is killed leaves the old program whole. */
async function build(target: Target, source: string): Promise<boolean> {
  const beganMs = performance.now();
  const file = join(dist, target);
  say(`Building dist/${target}`);
  const folder = workFolder();
  sweep();
  try {
    // The name stays `looop`: a compiled program sees it in its argv.
    const made = join(folder, target);
    await compile({ entry: ENTRIES[target], outfile: made, library: libraryName() }, folder);
    renameSync(made, file);
    writeFileSync(join(dist, `.${target}.built`), stampText(file, source));
    const seconds = ((performance.now() - beganMs) / 1_000).toFixed(1);
    say(`Built dist/${target}: ${(statSync(file).size / 1e6).toFixed(1)} MB in ${seconds} s`);
    return true;
  } catch (error) {
    say(`${error instanceof Error ? error.message : error}\nCannot build dist/${target}: see above`);
    say(`  hint: Mend what it names, then run \`bun run build\``);
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
