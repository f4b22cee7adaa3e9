/**
 * Installs the locked packages, unless they are all installed. bun.sh runs it first, so it imports no package.
 *
 * node_modules counts as complete only with a stamp of the lock file and every package that the lock file names: an
 * interrupted install leaves no stamp, an interrupted deletion may leave one.
 */
import { Database } from "bun:sqlite";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

const root = join(import.meta.dir, "..");
const lockFile = join(root, "bun.lock");
const modules = join(root, "node_modules");
const stamp = join(modules, ".installed-lock");

/** The longest wait for another install of this folder, in milliseconds. */
const WAIT_MS = 600_000;

/** Returns the stamp of a complete install: the lock file's hash, then one installed package per line. */
function stampOf(packages: readonly string[]): string {
  const hash = new Bun.CryptoHasher("sha256").update(readFileSync(lockFile)).digest("hex");
  return [hash, ...packages].join("\n");
}

function whole(): boolean {
  if (!existsSync(stamp)) return false;
  const text = readFileSync(stamp, "utf8");
  const packages = text.split("\n").slice(1);
  return text === stampOf(packages) && packages.every((path) => existsSync(join(modules, path)));
}

function install(): number {
  process.stderr.write("Setting up: locked packages\n");
  rmSync(modules, { recursive: true, force: true });
  const done = spawnSync(process.execPath, ["install", "--frozen-lockfile", "--silent"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (done.status !== 0) {
    process.stderr.write("Cannot set up: bun install failed\n  hint: See the message above, then run this again\n");
    return 1;
  }
  const packages = ["*/package.json", "@*/*/package.json"].flatMap((glob) => [...new Bun.Glob(glob).scanSync(modules)]);
  writeFileSync(stamp, stampOf(packages));
  return 0;
}

/** Runs `work` under this folder's lock. It is SQLite's, which every system has and the kernel frees after any death. */
function alone(work: () => number): number {
  mkdirSync(join(root, ".bun"), { recursive: true });
  const lock = new Database(join(root, ".bun/install.lock"));
  lock.run(`PRAGMA busy_timeout = ${WAIT_MS}`);
  lock.run("BEGIN EXCLUSIVE");
  try {
    return work();
  } finally {
    lock.run("ROLLBACK");
    lock.close();
  }
}

if (!whole()) process.exitCode = alone(() => (whole() ? 0 : install()));
