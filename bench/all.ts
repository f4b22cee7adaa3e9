/** Runs every bench, one after the other. Usage: bun run bench [name…] */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { BUN, ROOT } from "../tools/project.ts";

/** Files in this folder that are not benches. */
const OTHERS = ["all.ts", "empty.ts", "harness.ts", "session.ts"];

const folder = join(ROOT, "bench");
const benches = readdirSync(folder).filter((name) => name.endsWith(".ts") && !OTHERS.includes(name));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !benches.includes(`${name}.ts`));
if (unknown.length > 0) {
  const names = benches.map((name) => name.slice(0, -3)).join(", ");
  throw new Error(`Cannot run bench ${unknown.join(", ")}: no such bench\n  hint: Use one of ${names}, or no name`);
}

for (const name of benches.sort()) {
  if (wanted.length > 0 && !wanted.includes(name.slice(0, -3))) continue;
  const { status } = spawnSync(BUN, [join(folder, name)], { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
