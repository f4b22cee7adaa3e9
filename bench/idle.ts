/**
 * What a day costs when little happens: 24 hours of the real pulse over real files, sensors and runner processes, with a
 * clock that takes no time; beside it, worked out from the same prompts, a heartbeat that asks the model every 30 minutes.
 * The runner is a script that stands in for a model: it answers, and counts a token for every four bytes of its prompt.
 */
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { localDay } from "../src/core/cost.ts";
import { readKnobs } from "../src/core/knobs.ts";
import { PRICED_ON, priceOf, tokensUsd } from "../src/core/prices.ts";
import { localDate } from "../src/core/time.ts";
import { contextOf } from "../src/loop/context.ts";
import { beatLog } from "../src/loop/log.ts";
import { pulse } from "../src/loop/pulse.ts";
import { readConfig } from "../src/store/config.ts";
import { resolvePaths } from "../src/store/paths.ts";
import { files } from "../src/sys/files.ts";
import { openLocks } from "../src/sys/flock.ts";
import { groups } from "../src/sys/groups.ts";
import { sha256 } from "../src/sys/hash.ts";
import { proc } from "../src/sys/proc.ts";
import { machine, print } from "./harness.ts";

const DAY_MS = 86_400_000;
const HEARTBEAT_MS = 1_800_000;
const MODEL = "claude-sonnet-4-5";
const BYTES_PER_TOKEN = 4;

/** What the stand-in answers, and every model would: one short move. */
const OUTPUT_TOKENS = 120;

interface Scene {
  readonly name: string;
  readonly mode: "typed" | "agent";
  /** Most calls that are right. */
  readonly limit: number;
  /** What is different in the world at this moment of the day: the reading of one sensor. */
  readonly world: (atMs: number) => string;
  readonly isDown?: true;
  /** In agent mode the runner edits a goal in each of its moves. */
  readonly edits?: true;
}

const still = () => "1";
const tenChanges = (atMs: number) => `${Math.min(10, Math.floor(atMs / (DAY_MS / 11)))}`;
const flaps = (atMs: number) => `${atMs}`;

const SCENES: readonly Scene[] = [
  { name: "(a) nothing changes", mode: "typed", limit: 1, world: still },
  { name: "(b) ten changes, typed", mode: "typed", limit: 11, world: tenChanges },
  {
    name: "(b) ten changes, agent that edits a goal each time",
    mode: "agent",
    limit: 22,
    world: tenChanges,
    edits: true,
  },
  { name: "(c) one sensor flaps in every beat", mode: "typed", limit: 5 + 96, world: flaps },
  // 60, 120, 240 and then 300 seconds apart; a change of the date cuts no wait.
  { name: "(d) the runner is down all day", mode: "typed", limit: 3 + 288 + 1, world: tenChanges, isDown: true },
];

interface Day {
  readonly calls: number;
  readonly beats: number;
  readonly tokens: number;
  readonly usd: number;
  readonly cpuS: number;
  readonly flapNamed: boolean;
  /** Of one prompt, on average. */
  readonly promptTokens: number;
}

async function live(scene: Scene): Promise<Day> {
  const home = mkdtempSync(join(tmpdir(), "looop-idle-"));
  try {
    return await liveIn(home, scene);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function liveIn(home: string, scene: Scene): Promise<Day> {
  const paths = resolvePaths({ HOME: home, LOOOP_DATA_DIR: join(home, "data") }, home);
  const startMs = Date.now();
  let nowMs = startMs;
  let beats = 0;
  const stop = new AbortController();
  const lines: string[] = [];
  for (const dir of [paths.snapshots, paths.runs, paths.sensors, paths.goals, dirname(paths.config)])
    mkdirSync(dir, { recursive: true });
  writeFileSync(paths.playbook, "Keep the garden watered. Look at what changed, and make one small move.\n".repeat(40));
  for (let goal = 0; goal < 5; goal++) {
    writeFileSync(
      join(paths.goals, `goal-${goal}.md`),
      `goal: bed ${goal} is green\n\n${"What shall be true. ".repeat(20)}\n`,
    );
  }
  sensor("today.sh");
  sensor("garden.sh");
  writeFileSync(paths.config, configText(scene));
  turn();
  const context = contextOf({
    files,
    clock: {
      now: () => nowMs,
      monotonic: () => nowMs,
      sleep: async (ms) => {
        nowMs += ms;
        turn();
        if (nowMs - startMs >= DAY_MS) stop.abort();
      },
    },
    ...{ proc, groups, sha256, paths, hint: "", bin: "/looop", version: "0.0.0" },
    locks: await openLocks(),
    stop: { asked: stop.signal, now: new AbortController().signal, name: () => "SIGTERM", onAsked: () => {} },
    knobs: readKnobs({ LOOOP_TMUX_SURFACE: "0" }).knobs,
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: home },
    memory: () => undefined,
    sinceBootMs: () => undefined,
    hands: { start: async () => {}, kill: async () => {}, tell: async () => {} },
    trusted: () => new Set<string>(),
    fleet: {
      ...{ workers: () => [], flagged: () => [], holder: () => "unknown", markShown: () => {} },
      asker: () => ({ state: "unknown", life: undefined }),
      tidy: async () => void beats++,
      keepFrozen: async () => [],
    },
    log: beatLog(
      () => "",
      false,
      (text) => lines.push(text),
    ),
    today: async () => localDay(nowMs),
    prepare: () => {},
    config: async () => (await readConfig(files, paths)).config,
  });
  const cpu = process.cpuUsage();
  // The first look, at which all is new, is no part of the day.
  const first = promptsOf(home).length;
  await pulse(context, () => false);
  const { user, system } = process.cpuUsage(cpu);
  const prompts = promptsOf(home).slice(first + (scene.isDown ? 0 : 1));
  const tokensIn = prompts.map((bytes) => Math.ceil(bytes / BYTES_PER_TOKEN));
  const input = tokensIn.reduce((sum, tokens) => sum + tokens, 0);
  // A runner that is down has asked no model.
  const tokens = scene.isDown ? { input: 0, output: 0 } : { input, output: OUTPUT_TOKENS * prompts.length };
  const all = promptsOf(home).map((bytes) => bytes / BYTES_PER_TOKEN);
  return {
    ...{ calls: prompts.length, beats, tokens: tokens.input + tokens.output, usd: usdOf(tokens) },
    ...{ cpuS: (user + system) / 1e6, flapNamed: lines.some((line) => line.includes("sensor garden flaps")) },
    promptTokens: all.reduce((sum, it) => sum + it, 0) / Math.max(1, all.length),
  };

  function sensor(name: string): void {
    writeFileSync(join(paths.sensors, name), `#!/bin/sh\ncat "$HOME/${name}.txt"\n`);
    chmodSync(join(paths.sensors, name), 0o700);
  }

  /** The world as it is at this moment. */
  function turn(): void {
    writeFileSync(join(home, "today.sh.txt"), `{"date":"${localDate(nowMs)}"}`);
    writeFileSync(join(home, "garden.sh.txt"), `{"signal":${JSON.stringify(scene.world(nowMs - startMs))}}`);
  }
}

function configText({ mode, isDown, edits }: Scene): string {
  const count = "cat > ~/prompt.txt; wc -c < ~/prompt.txt >> ~/calls.txt";
  const answer = `echo '{"action":"noop","journal":"looked"}'`;
  // Its own edit wakes it once more, and then it has nothing to do.
  const move = edits ? `if grep -q '^~ snap:garden' ~/prompt.txt; then echo "- done" >> goals/goal-1.md; fi; ` : "";
  const runner = {
    typed: `decide = ${JSON.stringify(`${count}; ${isDown ? "exit 1" : answer}`)}`,
    agent: `tick = ${JSON.stringify(`${count}; ${move}echo "- moved" >> journal.md`)}`,
  }[mode];
  // It costs what its tokens cost; here only their number is wanted, and no cap.
  return `default = "model"\n[decide]\nmode = "${mode}"\n[runners.model]\n${runner}\n`;
}

function promptsOf(home: string): number[] {
  const path = join(home, "calls.txt");
  if (!existsSync(path)) appendFileSync(path, "");
  return readFileSync(path, "utf8").split("\n").filter(Boolean).map(Number);
}

function usdOf(tokens: { readonly input: number; readonly output: number }): number {
  const price = priceOf(MODEL, {});
  return price === undefined ? Number.NaN : tokensUsd(price, tokens);
}

const rows: string[] = [];
const over: string[] = [];
for (const scene of SCENES) {
  const day = await live(scene);
  const beats = DAY_MS / HEARTBEAT_MS;
  const heart = { input: day.promptTokens * beats, output: OUTPUT_TOKENS * beats };
  const isOver = day.calls > scene.limit || (scene.name.startsWith("(c)") && !day.flapNamed);
  if (isOver) over.push(scene.name);
  const beside = scene.isDown
    ? "48 · none · $0"
    : `48 · ${Math.round(heart.input + heart.output)} · $${usdOf(heart).toFixed(3)}`;
  rows.push(
    `| ${scene.name} | ${day.beats} | ${day.calls} (at most ${scene.limit}) | ${day.tokens} | $${day.usd.toFixed(3)} | ${day.cpuS.toFixed(1)} | ${beside} | ${isOver ? "OVER" : "ok"} |`,
  );
}

print([
  "### A day in which little happens",
  "",
  `${machine()}. A beat every 60 s for 24 hours. USD at the list price of ${MODEL} (${PRICED_ON}), a token for every four bytes of the prompt; CPU is looop's own.`,
  "",
  "| | beats | calls | tokens | USD | CPU s | heartbeat every 30 min: calls · tokens · USD | |",
  "|---|---|---|---|---|---|---|---|",
  ...rows,
  "",
]);
if (over.length > 0) {
  process.stderr.write(`More calls than are right: ${over.join("; ")}\n`);
  process.exitCode = 1;
}
