/** The PTY library's contract, the same on both runtimes. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { BUN, denoPath, ROOT } from "../../tools/project.ts";
import { profile } from "../support/program/profile.ts";
import { run } from "../support/program/run.ts";

const SCRIPT = join(ROOT, "tests/support/session/pty-contract.ts");

test.each([
  ["Bun", () => [BUN]],
  ["Deno", () => [denoPath(), "run", "-A"]],
])("bun-pty's library keeps its contract on %s", (_name, runtime) => {
  const here = profile();
  const cache = { DENO_DIR: join(ROOT, "node_modules/.deno"), DENO_NO_UPDATE_CHECK: "1" };
  const env = { ...here.env, ...cache, BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0" };
  const { stdout, stderr } = run([...runtime(), SCRIPT, join(here.home, "lib")], { env, cwd: ROOT });
  expect([stderr, stdout === "" ? stdout : JSON.parse(stdout)]).toEqual([
    "",
    {
      exit: { output: "hi", code: 7 },
      bytes: { output: "\0\xff\x1b", code: 0 },
      signal: { output: "", code: 1 },
      shellSaysSignal: 143,
      missingFolder: true,
      missingCommand: -1,
      badHandle: [-1, -1, -1, -1],
    },
  ]);
});
