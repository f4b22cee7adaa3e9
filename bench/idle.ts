/**
 * The cost of a day with few changes (bench/idle-day.ts), counted by the model server, compared with a heartbeat that asks
 * the model every 30 minutes, computed from the same prompts. `npm test` holds the limits (tests/idle).
 */
import process from "node:process";
import { PRICES_DATE } from "../src/core/money/prices.ts";
import { machine, print } from "./harness.ts";
import { DAY_MS, faultsOf, live, MODEL, OUTPUT_TOKENS, SCENES, usdOf } from "./idle-day.ts";

const HEARTBEAT_MS = 1_800_000;

const rows: string[] = [];
const wrong: string[] = [];
for (const scene of SCENES) {
  const day = await live(scene);
  const beats = DAY_MS / HEARTBEAT_MS;
  const heart = { input: day.promptTokens * beats, output: OUTPUT_TOKENS * beats };
  const faults = faultsOf(scene, day);
  wrong.push(...faults.map((fault) => `${scene.name}: ${fault}`));
  const beside = scene.isDown
    ? "48 · none · $0"
    : `48 · ${Math.round(heart.input + heart.output)} · $${usdOf(heart).toFixed(3)}`;
  const { input, output } = day.tokens;
  const spent = `${day.calls} (at most ${scene.limit}) | ${input + output} | $${usdOf(day.tokens).toFixed(3)}`;
  const verdict = faults.length === 0 ? "ok" : "OVER";
  rows.push(`| ${scene.name} | ${day.beats} | ${spent} | ${day.cpuS.toFixed(1)} | ${beside} | ${verdict} |`);
}

print([
  "### A day in which little happens",
  "",
  `${machine()}. A beat every 60 s for 24 hours. Calls and tokens as the model server counted them, a token for every four bytes; USD at the list price of ${MODEL} (${PRICES_DATE}); CPU of looop and that server.`,
  "",
  "| | beats | calls | tokens | USD | CPU s | heartbeat every 30 min: calls · tokens · USD | |",
  "|---|---|---|---|---|---|---|---|",
  ...rows,
  "",
]);
if (wrong.length > 0) {
  process.stderr.write(`Not as it should be: ${wrong.join("; ")}\n`);
  process.exitCode = 1;
}
