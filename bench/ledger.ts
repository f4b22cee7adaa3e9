/** The time and memory of the commands that read a ledger of a million calls. */
import { closeSync, mkdirSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { ledgerLine } from "../src/core/money/call.ts";
import { type Profile, profileToRemove } from "../tests/support/program/profile.ts";
import { built, type Contender, machine, peakMb, print, type Spread, spread, wallMs } from "./harness.ts";

const CALLS = 1_000_000;
const TURNS = 5;
const LIMIT = { ms: 1_000, mb: 150 };

/** The limit for a command that must not read the whole ledger: milliseconds beyond its time with an empty ledger. */
const UNREAD_MS = 50;

/** Writes a ledger whose calls are spread over the last `spanMs`. */
function generate(me: Profile, spanMs: number): number {
  mkdirSync(me.data, { recursive: true });
  const path = join(me.data, "cost.jsonl");
  const fd = openSync(path, "w");
  const nowMs = Date.now();
  let text = "";
  for (let call = 0; call < CALLS; call++) {
    const it = { kind: call % 5 === 0 ? "session" : "tick", runner: ["claude", "pi", "codex"][call % 3] ?? "" };
    const spend = { costUsd: (call % 997) / 10_000, tokensIn: 10_000 + (call % 9_000), tokensOut: call % 900 };
    const row = { ...it, id: `tick-20261122-${call}`, ...spend, source: "measured" } as const;
    text += `${ledgerLine(row, nowMs - spanMs + (spanMs * call) / CALLS)}\n`;
    if (text.length > 1 << 20 || call === CALLS - 1) {
      writeSync(fd, text);
      text = "";
    }
  }
  closeSync(fd);
  return statSync(path).size / 1e6;
}

interface Figures {
  readonly wall: Spread;
  readonly peak: number;
}

function figures(contender: Contender): Figures {
  wallMs(contender); // the first run reads the ledger from disk
  const wall = spread(Array.from({ length: TURNS }, () => wallMs(contender)));
  return { wall, peak: peakMb(contender) };
}

const looop = built("looop");
const contender = (me: Profile, words: readonly string[]): Contender => ({
  name: `\`looop ${words.join(" ")}\``,
  argv: [looop, ...words],
  env: me.env,
  cwd: me.home,
});
const SCENES = [
  { title: "over 400 days", spanMs: 400 * 86_400_000 },
  { title: "in the last minute", spanMs: 60_000 },
];

const lines: string[] = [];
const over: string[] = [];
const none = profileToRemove();
const unreadMs = figures(contender(none, ["status"])).wall.median + UNREAD_MS;
none.remove();
for (const { title, spanMs } of SCENES) {
  const me = profileToRemove();
  try {
    const sizeMb = generate(me, spanMs);
    for (const words of [["cost"], ["cost", "today"], ["cost", "today", "--json"], ["status"]]) {
      const it = contender(me, words);
      const { wall, peak } = figures(it);
      const limitMs = words[0] === "status" ? unreadMs : LIMIT.ms;
      const verdict = wall.median <= limitMs && peak <= LIMIT.mb ? "ok" : "over";
      if (verdict === "over") over.push(`${it.name}, ${title}`);
      const took = `${wall.median.toFixed(0)} (${wall.min.toFixed(0)}–${wall.max.toFixed(0)})`;
      lines.push(
        `| ${it.name} | ${title}, ${sizeMb.toFixed(0)} MB | ${took} | ${limitMs.toFixed(0)} | ${peak.toFixed(0)} | ${verdict} |`,
      );
    }
  } finally {
    me.remove();
  }
}

print([
  `### A ledger of ${CALLS} calls`,
  "",
  `${machine()}. Median (least–most) of ${TURNS} turns, process start included; at most ${LIMIT.mb} MB.`,
  "",
  "| | calls | wall ms | limit | peak MB | |",
  "|---|---|---|---|---|---|",
  ...lines,
  "",
]);
if (over.length > 0) {
  process.stderr.write(`Over budget: ${over.join("; ")}\n`);
  process.exitCode = 1;
}
