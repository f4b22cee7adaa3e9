/**
 * Runs the end-to-end tests that drive the real model CLIs against a model server on loopback. The CLIs are installed in a
 * cache folder of the user, never in this project, and have no network but loopback.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { CLIS } from "../tests/support/model/agent-clis.ts";
import { BUN } from "./project.ts";
import { NO_TEST, planned, type Result } from "./suite.ts";
import { planOf } from "./test-plan.ts";

const say = (text: string) => void process.stderr.write(`${text}\n`);

/** The time limit of a single test, in milliseconds: it starts several programs that each take seconds. */
const TEST_TIMEOUT_MS = 300_000;

/** The time limit of one command in a test, in milliseconds. */
const LIMIT_MS = 120_000;

/** Installs the missing CLIs and runs the tests. */
export async function agents(): Promise<Result> {
  let path: string;
  try {
    path = installed();
  } catch (error) {
    const broken = error instanceof Error ? error.message : String(error);
    return { ...NO_TEST, broken };
  }
  const { under, open } = isolation();
  say(open === undefined ? "The agents get a network with nothing but loopback" : `The network stays open: ${open}`);
  return planned(planOf("tests/agents"), {
    under,
    timeoutMs: TEST_TIMEOUT_MS,
    env: {
      LOOOP_E2E: "binary",
      LOOOP_TEST_LIMIT_MS: `${LIMIT_MS}`,
      LOOOP_AGENTS: path,
      LOOOP_AGENTS_NET: open ?? "",
    },
  });
}

/** Returns the folders of the CLIs, for a PATH. One install of these exact versions serves all checkouts of the user. */
function installed(): string {
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "looop-test-agents");
  const dependencies = Object.fromEntries(CLIS.map((cli) => [cli.package, cli.version]));
  const name = createHash("sha256").update(JSON.stringify(dependencies)).digest("hex").slice(0, 16);
  const folder = join(cache, name);
  if (!existsSync(folder)) install(cache, folder, dependencies);
  return [join(folder, "node_modules/.bin"), dirname(which("node"))].join(":");
}

/** Installs into a temporary folder and renames it last, so that a folder of this name is complete after a kill too. */
function install(cache: string, folder: string, dependencies: Readonly<Record<string, string>>): void {
  const made = join(cache, `new.${process.pid}`);
  mkdirSync(made, { recursive: true });
  try {
    // npm 11 runs a package's install script only where the project names it.
    const allowScripts = Object.fromEntries(Object.keys(dependencies).map((name) => [name, true]));
    writeFileSync(join(made, "package.json"), JSON.stringify({ private: true, dependencies, allowScripts }));
    for (const [name, version] of Object.entries(dependencies)) say(`Setting up: ${name} ${version}`);
    const options = ["--no-audit", "--no-fund", "--loglevel=error"];
    const { status } = spawnSync(which("npm"), ["install", ...options], { cwd: made, stdio: ["ignore", 2, 2] });
    if (status !== 0) throw new Error(`npm could not install the agents (exit ${status})`);
    for (const { name, version } of CLIS) requireVersion(join(made, "node_modules/.bin", name), version);
    if (existsSync(folder)) return;
    renameSync(made, folder);
    // Removes other versions, which take more than a gigabyte.
    for (const other of readdirSync(cache)) {
      if (/^[0-9a-f]{16}$/.test(other) && join(cache, other) !== folder)
        rmSync(join(cache, other), { recursive: true });
    }
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

function requireVersion(program: string, version: string): void {
  const said = spawnSync(program, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  if (!`${said.stdout}${said.stderr}`.includes(version)) {
    throw new Error(`${program} does not say that it is ${version}: ${said.stderr || said.stdout}`);
  }
}

function which(command: string): string {
  const folders = (process.env["PATH"] ?? "").split(":");
  const found = folders.map((folder) => join(folder, command)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`The agents need ${command}, which is not on PATH`);
  return found;
}

/** Returns the command prefix that leaves a program only loopback, or the reason why that is not possible here. */
function isolation(): { readonly under: readonly string[]; readonly open: string | undefined } {
  const asRoot = process.getuid?.() === 0 ? [] : ["-r"];
  const under = ["unshare", ...asRoot, "-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"];
  const [command = "", ...args] = [...under, BUN, "--version"];
  const tried = spawnSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  if (tried.status === 0) return { under, open: undefined };
  const why = tried.error?.message ?? tried.stderr.trim();
  return { under: [], open: `no namespace without one can be made (${why})` };
}
