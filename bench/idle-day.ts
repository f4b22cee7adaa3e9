/**
 * A day with few changes: 24 hours of the real pulse with real files, sensors and runner processes, and a simulated clock.
 * The runner asks a model server on loopback, which counts calls and tokens.
 */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { readLimits } from "../src/core/config/limits.ts";
import { localDay, parseRow } from "../src/core/money/call.ts";
import { priceOf, tokensUsd } from "../src/core/money/prices.ts";
import { localDate } from "../src/core/time.ts";
import { contextOf } from "../src/loop/context/context.ts";
import { pulse } from "../src/loop/pulse.ts";
import { openBeatLog } from "../src/loop/record/beat-log.ts";
import { resolvePaths } from "../src/store/paths.ts";
import { readConfig } from "../src/store/read-config.ts";
import { openLocks } from "../src/sys/ffi/flock.ts";
import { sha256 } from "../src/sys/ffi/hash.ts";
import { files } from "../src/sys/files.ts";
import { groups } from "../src/sys/process/groups.ts";
import { proc } from "../src/sys/process/proc.ts";
import type { Script, Step } from "../tests/fakes/model/scenario.ts";
import { type ModelServer, startModelServer } from "../tests/fakes/model/server.ts";

export const DAY_MS = 86_400_000;
export const MODEL = "claude-sonnet-4-5";

/** What the server bills: one token for every four bytes of the request, and an answer of one short move. */
const BYTES_PER_TOKEN = 4;
export const OUTPUT_TOKENS = 120;

export interface Scene {
  readonly name: string;
  readonly mode: "typed" | "agent";
  /** The largest correct number of calls. */
  readonly limit: number;
  /** Returns one sensor's reading at this moment of the day. */
  readonly world: (atMs: number) => string;
  readonly isDown?: true;
  /** In agent mode the model edits a goal whenever the world changed. */
  readonly edits?: true;
}

const still = () => "1";
const tenChanges = (atMs: number) => `${Math.min(10, Math.floor(atMs / (DAY_MS / 11)))}`;
const flaps = (atMs: number) => `${atMs}`;

export const SCENES: readonly Scene[] = [
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
  // 60, 120, 240 and then 300 seconds apart; a change of the date does not shorten a wait.
  { name: "(d) the runner is down all day", mode: "typed", limit: 3 + 288 + 1, world: tenChanges, isDown: true },
];

export interface Day {
  readonly beats: number;
  /** Requests that reached the server, without those of the very first beat, when everything is new. */
  readonly calls: number;
  /** The tokens that the server billed for them. */
  readonly tokens: Tokens;
  /** CPU time of looop and of the server, which runs in the same process. */
  readonly cpuS: number;
  /** True when the person was told which sensor flaps. */
  readonly flapNamed: boolean;
  /** Average tokens of one prompt. */
  readonly promptTokens: number;
  /** The total tokens in looop's ledger and by the server's count, the first beat included. */
  readonly booked: number;
  readonly billed: number;
}

/** Runs one day. */
export async function live(scene: Scene): Promise<Day> {
  const home = mkdtempSync(join(tmpdir(), "looop-idle-"));
  const server = await startModelServer({ scripts: scriptsOf(scene) });
  server.bill(({ said }) => ({ input: tokensOf(said), output: OUTPUT_TOKENS, cacheRead: 0, cacheWrite: 0 }));
  try {
    return await liveIn(home, scene, server);
  } finally {
    await server.close();
    rmSync(home, { recursive: true, force: true });
  }
}

async function liveIn(home: string, scene: Scene, server: ModelServer): Promise<Day> {
  const paths = resolvePaths({ HOME: home, LOOOP_DATA_DIR: join(home, "data") }, home);
  const startMs = Date.now();
  let nowMs = startMs;
  let beats = 0;
  const stop = new AbortController();
  const lines: string[] = [];
  for (const dir of [paths.readings, paths.runs, paths.sensors, paths.goals, dirname(paths.config)])
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
  writeFileSync(paths.config, configText(scene, server.url));
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
    knobs: readLimits({ LOOOP_TMUX_SURFACE: "0" }).knobs,
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: home },
    memory: () => undefined,
    sinceBootMs: () => undefined,
    hands: { start: async () => {}, kill: async () => {}, tell: async () => {} },
    trusted: () => () => false,
    fleet: {
      ...{ workers: () => [], flagged: () => [], holder: () => "unknown", markShown: () => {} },
      asker: () => ({ state: "unknown", life: undefined }),
      tidy: async () => void beats++,
      keepFrozen: async () => [],
      resolveTyped: () => false,
    },
    exportCalls: () => {},
    notify: () => {},
    log: openBeatLog(
      () => "",
      false,
      (text) => lines.push(text),
    ),
    today: async () => localDay(nowMs),
    prepare: () => {},
    config: async () => (await readConfig(files, paths)).config,
  });
  const cpu = process.cpuUsage();
  await pulse(
    context,
    () => false,
    () => ({ close: () => {} }),
  );
  const { user, system } = process.cpuUsage(cpu);
  const { requests } = server;
  // With a runner that is down the first beat never succeeds: each attempt is a call.
  const calls = requests.slice(scene.isDown ? 0 : 1);
  const { input, output } = server.tokens();
  return {
    ...{ beats, calls: calls.length, tokens: sumOf(calls.map(({ tokens }) => tokens)), cpuS: (user + system) / 1e6 },
    flapNamed: lines.some((line) => line.includes("sensor garden flaps")),
    promptTokens:
      requests.reduce((sum, { body }) => sum + tokensOf([body.messages[0].content]), 0) / Math.max(1, requests.length),
    ...{ booked: bookedIn(paths.ledger), billed: input + output },
  };

  function sensor(name: string): void {
    writeFileSync(join(paths.sensors, name), `#!/bin/sh\ncat "$HOME/${name}.txt"\n`);
    chmodSync(join(paths.sensors, name), 0o700);
  }

  /** Writes the world of this moment. */
  function turn(): void {
    writeFileSync(join(home, "today.sh.txt"), `{"date":"${localDate(nowMs)}"}`);
    writeFileSync(join(home, "garden.sh.txt"), `{"signal":${JSON.stringify(scene.world(nowMs - startMs))}}`);
  }
}

function configText({ mode }: Scene, url: string): string {
  const agent = [process.execPath, join(import.meta.dirname, "idle-agent.ts"), url, MODEL];
  const runner = { typed: ["decide", ...agent], agent: ["tick", ...agent, "tools"] }[mode];
  const [key, ...words] = runner;
  const command = words.map((word) => `'${word}'`).join(" ");
  return `default = "model"\n[decide]\nmode = "${mode}"\n[runners.model]\n${key} = ${JSON.stringify(command)}\n`;
}

/** Returns the model's answer. After its own edit it is called once more, and then has nothing to do. */
function scriptsOf({ mode, isDown, edits }: Scene): readonly Script[] {
  const always = (step: Step) => ({ name: "always", when: "", steps: [step] });
  if (isDown) return [always({ fail: "500" })];
  if (mode === "typed") return [always({ say: '{"action":"noop","journal":"looked"}' })];
  const look = always({ shell: 'echo "- looked" >> journal.md' });
  const edit = { shell: 'echo "- done" >> goals/goal-1.md; echo "- moved" >> journal.md' };
  return edits ? [{ name: "edit", when: "\n~ snap:garden", steps: [edit] }, look] : [look];
}

function tokensOf(said: readonly string[]): number {
  return Math.ceil(said.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / BYTES_PER_TOKEN);
}

type Tokens = Parameters<typeof tokensUsd>[1];

function sumOf(all: readonly Tokens[]): Tokens {
  const sum = (of: (tokens: Tokens) => number) => all.reduce((total, tokens) => total + of(tokens), 0);
  return { input: sum(({ input }) => input), output: sum(({ output }) => output) };
}

function bookedIn(ledger: string): number {
  const rows = readFileSync(ledger, "utf8").split("\n").map(parseRow);
  return rows.reduce((sum, row) => sum + (row?.tokensIn ?? 0) + (row?.tokensOut ?? 0), 0);
}

/** Returns the cost of tokens at the model's list price. */
export function usdOf(tokens: Tokens): number {
  const price = priceOf(MODEL, {});
  return price === undefined ? Number.NaN : tokensUsd(price, tokens);
}

/** Returns what is wrong with a day; an empty list when it is correct. */
export function faultsOf({ name, limit }: Scene, { calls, promptTokens, flapNamed, booked, billed }: Day): string[] {
  return [
    ...(calls > limit ? [`${calls} calls where at most ${limit} are right`] : []),
    ...(promptTokens === 0 ? ["the model was never asked, so nothing was measured"] : []),
    ...(name.startsWith("(c)") && !flapNamed ? ["the sensor that flaps was not named"] : []),
    ...(booked === billed ? [] : [`the ledger has ${booked} tokens where the server billed ${billed}`]),
  ];
}
