/**
 * Brings the locked packages, unless they are all there. Run by bun.sh before everything else, so it imports none.
 *
 * node_modules counts as whole only while it holds a stamp of the lock file and every package the lock names: an
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

/** How long to wait for another install of this folder, in milliseconds. */
const WAIT_MS = 600_000;

/** What the stamp says when all is there: the lock file's hash, then one installed package a line. */
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

/** Runs `work` alone in this folder. SQLite's lock, because the kernel frees it on any death and every system has it. */
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
