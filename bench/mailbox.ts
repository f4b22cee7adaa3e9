/** The mailbox: how soon an answer arrives, what a waiting ask uses of a core, and the time of the commands that read the state. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { platform } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type Profile, profileToRemove } from "../tests/support/program/profile.ts";
import { waitFor } from "../tests/support/program/wait-for.ts";
import { built, judge, machine, measure, print, printTable, spread } from "./harness.ts";

/** The limit for the time from the end of `answer` to the end of `ask`, in milliseconds, for 99 of 100 asks. */
const RETURN_MS = 100;

/** The limit for a waiting ask's use of one core. */
const CORE_SHARE = 0.0005;

/** The number of asks, and how long a waiting one is watched, in milliseconds. */
const ROUNDS = 100;
const WATCH_MS = 30_000;

/** The time to wait before watching, in milliseconds: Bun's garbage collector runs every second at first. */
const SETTLE_MS = 40_000;

const looop = built("looop");
const empty = built("empty");
const over: string[] = [];

function verb(me: Profile, words: readonly string[]): void {
  const { status, stderr } = spawnSync(looop, words, { env: { ...me.env }, cwd: me.home, encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot measure: looop ${words.join(" ")} ended with ${status}\n${stderr}`);
}

/** Starts an ask and returns its id once it is on disk. */
async function asking(
  me: Profile,
  prompt: string,
): Promise<{ child: ChildProcess; ended: Promise<number>; id: string }> {
  const before = new Set(askIds(me));
  const child = spawn(looop, ["ask", "w", "--prompt", prompt], { env: { ...me.env }, cwd: me.home, stdio: "ignore" });
  const ended = new Promise<number>((done) => child.on("exit", () => done(performance.now())));
  const id = await waitFor("the ask", () => askIds(me).find((it) => !before.has(it)));
  return { child, ended, id };
}

function askIds(me: Profile): string[] {
  const folder = join(me.data, "asks");
  return existsSync(folder) ? readdirSync(folder).flatMap((name) => /^(\w+)\.json$/.exec(name)?.[1] ?? []) : [];
}

async function latencies(me: Profile): Promise<{ begun: number[]; returned: number[] }> {
  const [begun, returned]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const { ended, id } = await asking(me, `Question ${round}?`);
    const startMs = performance.now();
    verb(me, ["answer", id, "yes", "--yes-i-am-the-person"]);
    const answeredMs = performance.now();
    const endMs = await ended;
    begun.push(endMs - startMs);
    // The end of the ask is noticed only after `answer` was waited for.
    returned.push(Math.max(0, endMs - answeredMs));
  }
  return { begun, returned };
}

/** Returns the CPU time of each thread of a process in milliseconds, which Linux counts in nanoseconds. */
function ranMs(pid: number): Map<string, number> {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanos = (id: string) => Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, "utf8").split(" ")[0]);
  return new Map(threads.map((id) => [id, nanos(id) / 1e6]));
}

async function blockedShare(me: Profile): Promise<number> {
  const { child, id, ended } = await asking(me, "Blocked?");
  const pid = child.pid ?? 0;
  await pause(SETTLE_MS);
  const before = ranMs(pid);
  await pause(WATCH_MS);
  // Compares per thread, because the runtime ends idle threads and their time would vanish from the total.
  const ran = [...ranMs(pid)].map(([id, ms]) => ms - (before.get(id) ?? 0));
  const share = ran.reduce((sum, ms) => sum + ms, 0) / WATCH_MS;
  verb(me, ["answer", id, "yes", "--yes-i-am-the-person"]);
  await ended;
  return share;
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => void setTimeout(done, ms));
}

function row(name: string, got: string, limit: string, isGood: boolean): string {
  if (!isGood) over.push(name);
  return `| ${name} | ${got} | ${limit} | ${isGood ? "ok" : "over"} |`;
}

const me = profileToRemove();
try {
  me.config('default = "offline"\n');
  me.write("PLAYBOOK.md", "Be quiet.\n");
  verb(me, ["start-session", "w", "wait", "--command", "sleep 100000"]);
  const { begun, returned } = await latencies(me);
  const p99 = (numbers: readonly number[]) =>
    numbers.toSorted((a, b) => a - b)[Math.ceil(numbers.length * 0.99) - 1] ?? 0;
  const shown = (numbers: readonly number[]) => `${spread(numbers).median.toFixed(1)} / ${p99(numbers).toFixed(1)} ms`;
  const share = platform() === "linux" ? await blockedShare(me) : undefined;
  print([
    "### The mailbox",
    "",
    `${machine()}. Median / 99th percentile of ${ROUNDS} questions; a blocked one watched for ${WATCH_MS / 1_000} s, after its first ${SETTLE_MS / 1_000} s.`,
    "",
    "| | got | limit | |",
    "|---|---|---|---|",
    row("`ask` ends after `answer` has ended", shown(returned), `p99 ${RETURN_MS} ms`, p99(returned) <= RETURN_MS),
    row("the same, from where `answer` is started", shown(begun), "", true),
    ...(share === undefined
      ? []
      : [
          row(
            "a blocked `ask`, of one core",
            `${(share * 100).toFixed(4)} %`,
            `${CORE_SHARE * 100} %`,
            share <= CORE_SHARE,
          ),
        ]),
    "",
  ]);

  for (let at = 0; at < 20; at++) me.sensor(`s${at}`, `echo '{"signal":${at},"detail":"some words"}'`);
  for (let at = 0; at < 50; at++) me.goal(`g${at}`, `# Goal ${at}\n\nIt should be so.\n`);
  verb(me, ["tick"]);
  const where = { env: me.env, cwd: me.home };
  const state = (words: readonly string[]) => ({
    name: `\`looop ${words.join(" ")}\``,
    argv: [looop, ...words],
    budget: { time: 4, memory: 2 },
    ...where,
  });
  const verbs = [["state"], ["state", "--json"], ["asks"], ["told", "w"], ["unflag", "w"]].map(state);
  const rows = measure([{ name: "empty program", argv: [empty], ...where }, ...verbs]);
  printTable("Reading it: 20 readings, 50 goals, one worker", rows);
  judge(rows);
} finally {
  verb(me, ["kill", "w"]);
  me.remove();
}

if (over.length > 0) {
  process.stderr.write(`Over budget: ${over.join("; ")}\n`);
  process.exitCode = 1;
}
