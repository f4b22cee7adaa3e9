/** Runs every check that takes only seconds. The commit hook runs it. Usage: bun tools/check.ts */
import process from "node:process";
import { quickChecks } from "./quick.ts";
import { isGood, show } from "./report.ts";

const results = await quickChecks();
for (const result of results) show(result);

const bad = results.filter((result) => !isGood(result)).map((result) => result.name);
if (bad.length > 0) {
  process.stderr.write(`Check failed: ${bad.join(", ")}\n`);
  process.stderr.write("  hint: See above; `bun run fix` corrects format and imports\n");
  process.exitCode = 1;
}
