/** Which test files run where: on which runtimes, and beside others or alone. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./project.ts";

/** The number of processes that run test files at once. CI has two cores. */
export const SHARDS = 2;

/**
 * The end-to-end files that run against the built program only, each with the reason. The source on Bun and on Deno runs
 * every file that touches what can differ there: PTYs, sockets, processes, signals, locks, terminals, files, the
 * environment, completion scripts. The files below test decisions of `src/core`, which uses no runtime, or things that
 * only a built program has. A new file runs on all three until it has a line here.
 */
export const LEFT_TO_BINARY: Readonly<Record<string, string>> = {
  "tests/e2e/beat/flapping.test.ts":
    "compares readings, which is core/world; sensors and files are run by beat/beat and world/sensors",
  "tests/e2e/beat/journal.test.ts": "checks the text that a decider journals; the file is written as in beat/beat",
  "tests/e2e/beat/limit.test.ts":
    "reads a runner's words about its limit, which is core/stream; runners are started by beat/runner",
  "tests/e2e/beat/manual.test.ts": "is the beat of beat/beat with one goal forced",
  "tests/e2e/beat/prompt.test.ts": "compares the text of prompts, which is core/prompt",
  "tests/e2e/beat/replay.test.ts": "asks a runner again, as beat/runner does, and compares text",
  "tests/e2e/beat/why.test.ts": "explains recorded events, which is core/beat",
  "tests/e2e/cli/help.test.ts": "compares help texts; the command line itself is in cli/command-line and cli/bad-input",
  "tests/e2e/config/config-runners.test.ts":
    "reads the config, which is core/config; runners are started by beat/runner",
  "tests/e2e/config/config.test.ts":
    "reads the config, which is core/config; the environment is in security/security-env",
  "tests/e2e/gate/gates.test.ts": "judges moves, which is core/gate; moves are carried out by beat/typed",
  "tests/e2e/gate/parked.test.ts": "decides pending moves, which is core/gate; moves are carried out by beat/typed",
  "tests/e2e/gate/taint.test.ts": "decides what taints a beat, which is core/gate",
  "tests/e2e/history/policy-verbs.test.ts": "reads and writes policy through the files and the git of history/memory",
  "tests/e2e/history/undo.test.ts": "plans what returns, which is core/history; files and git are in history/memory",
  "tests/e2e/money/cost.test.ts": "sums the ledger, which is core/money",
  "tests/e2e/money/days.test.ts":
    "decides which day counts, which is core/money; Deno under libfaketime sometimes dies by SIGSEGV as it ends",
  "tests/e2e/offline/offline-typed.test.ts": "follows the rules of the offline runner, which is core/offline",
  "tests/e2e/offline/offline.test.ts": "follows the rules of the offline runner, which is core/offline",
  "tests/e2e/setup/install.test.ts": "runs install.sh, which installs a built program",
  "tests/e2e/setup/release.test.ts": "makes a release of built programs",
  "tests/e2e/setup/sandboxes.test.ts": "runs in sandboxes for agents, which are given the built program",
  "tests/e2e/setup/service-manager.test.ts": "compares the text of a service's unit; systemctl is a script",
  "tests/e2e/world/recipes-code.test.ts": "runs shell scripts; how they are added and run is in world/recipes",
  "tests/e2e/world/recipes-day.test.ts": "runs shell scripts; how they are added and run is in world/recipes",
  "tests/e2e/world/recipes-machine.test.ts": "runs shell scripts; how they are added and run is in world/recipes",
  "tests/e2e/world/recipes-web.test.ts": "runs shell scripts; how they are added and run is in world/recipes",
};

/** The files that run when no other test does, each with the reason. */
export const ALONE: Readonly<Record<string, string>> = {
  "tests/e2e/session/supervisor.test.ts": "limits the time of an end, and the memory of a supervisor under load",
  "tests/e2e/session/survival.test.ts": "limits how many processes a user may have, which the system counts per user",
  "tests/e2e/setup/demo.test.ts": "limits the seconds that the demo takes",
  "tests/faults/load.test.ts": "measures the machine under load",
  "tests/idle/idle.test.ts": "simulates days, one after the other",
};

export interface Plan {
  /** Files that run {@linkcode SHARDS} at a time. */
  readonly together: readonly string[];
  /** Files that run one after the other, after those. */
  readonly alone: readonly string[];
}

/** The plan for the test files under `folder` (from the project's folder) that are not in `left`. */
export function planOf(folder: string, left: Readonly<Record<string, string>> = {}): Plan {
  const files = testFilesUnder(folder).filter((path) => !Object.hasOwn(left, path));
  const isAlone = (path: string) => Object.hasOwn(ALONE, path);
  return { together: files.filter((path) => !isAlone(path)), alone: files.filter(isAlone) };
}

function testFilesUnder(folder: string): string[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true }).map((name) => join(folder, `${name}`));
  return names.filter((name) => name.endsWith(".test.ts")).sort();
}
