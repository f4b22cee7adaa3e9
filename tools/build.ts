/**
 * Builds dist/looop, or the empty program that benches compare with.
 * Usage: bun tools/build.ts [--if-stale] [looop | empty]
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { BUN, PTY_FILES, ptyFile, ROOT } from "./project.ts";

/** Why each: docs/decisions/0004-build-options.md. */
const OPTIONS = [
  "--compile",
  "--minify",
  "--bytecode",
  "--format=esm",
  "--splitting",
  "--no-compile-autoload-dotenv",
  "--no-compile-autoload-bunfig",
];

/**
 * The PTY library of every machine but this one stays out: half a megabyte each, and never loaded. The imports of the
 * others are in src/sys/pty-bun.ts; a build for another machine names that one instead.
 */
const UNUSED = PTY_FILES.filter((file) => file !== ptyFile()).flatMap((file) => [
  "--external",
  `bun-pty/rust-pty/target/release/${file}`,
]);

/** What can be built, from which file. */
const ENTRIES = { looop: "src/main.ts", empty: "bench/empty.ts" } as const;

type Target = keyof typeof ENTRIES;

const dist = join(ROOT, "dist");
const say = (text: string) => process.stderr.write(`${text}\n`);

/** The hash of everything a build depends on: content, not times, because a clone or a checkout changes those. */
function sourceHash(target: Target): string {
  const hash = new Bun.CryptoHasher("sha256").update(Bun.version);
  for (const path of ["tools/build.ts", "tsconfig.json", ...inputs(target)]) {
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
  return ["package.json", "bun.lock", ...sources.sort()];
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
function build(target: Target, source: string): boolean {
  const beganMs = performance.now();
  const folder = join(dist, `.new.${process.pid}`);
  const file = join(dist, target);
  say(`Building dist/${target}`);
  mkdirSync(folder, { recursive: true });
  sweep();
  try {
    // The name stays `looop`: a compiled program sees it in its argv.
    const made = join(folder, target);
    const argv = ["build", ...OPTIONS, ...UNUSED, join(ROOT, ENTRIES[target]), "--outfile", made];
    // In the new folder, because Bun leaves its intermediate file in the current one when it is killed.
    const done = spawnSync(BUN, argv, { cwd: folder, encoding: "utf8" });
    if (done.status !== 0 || !existsSync(made)) {
      say(
        `${done.stdout}${done.stderr}Cannot build dist/${target}: bun build ended with ${done.status ?? done.signal}`,
      );
      say(`  hint: Mend what it names above, then run \`bun run build\``);
      return false;
    }
    renameSync(made, file);
    writeFileSync(join(dist, `.${target}.built`), stampText(file, source));
    const seconds = ((performance.now() - beganMs) / 1_000).toFixed(1);
    say(`Built dist/${target}: ${(statSync(file).size / 1e6).toFixed(1)} MB in ${seconds} s`);
    return true;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const words = process.argv.slice(2);
const target: Target = words.includes("empty") ? "empty" : "looop";
const source = sourceHash(target);
const fresh = isFresh(join(dist, target), join(dist, `.${target}.built`), source);
if (!(words.includes("--if-stale") && fresh) && !build(target, source)) process.exitCode = 1;
