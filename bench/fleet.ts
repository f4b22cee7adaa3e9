/**
 * Workers: the time of their commands, how soon one runs, what an idle one uses, and what a flood of output does; with tmux
 * and dtach where they do the same work. `bun run bench fleet`; one minute of it is the idle minute.
 * Single parts: `sh tools/bun.sh bench/fleet.ts verbs many starts idle fleet floods`.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { type Profile, profileToRemove } from "../tests/support/program/profile.ts";
import { waitFor } from "../tests/support/program/wait-for.ts";
import { identityOf } from "../tests/support/session/foreign-sessions.ts";
import {
  built,
  type Contender,
  type Figure,
  judge,
  measure,
  printFigures,
  printTable,
  spread,
  wallMs,
} from "./harness.ts";
import { askMs, cpuMs, end, pidOf, residentMb, supervised } from "./session.ts";

const TURNS = 20;
const LOOK_MS = 0.3;
const IDLE_MS = 60_000;
const FLEET = 50;
const FLOOD_BYTES = 1_000_000_000;
const FLOOD = `head -c ${FLOOD_BYTES} /dev/zero`;

const OFTEN = { time: 2.5, memory: 1.8 };
const FOR_PEOPLE = { time: 3, memory: 1.8 };

const me = profileToRemove();
const [empty, looop] = [built("empty"), built("looop")];
const at = {
  env: { ...me.env, LOOOP_SESSION_ID: "looop-w0", LOOOP_MAX_WORKERS: "100", TMUX_TMPDIR: me.temp },
  cwd: me.home,
};

const PARTS = { many: async () => [manySessions()], starts, idle, fleet, floods };
const chosen = process.argv.slice(2);
const isChosen = (part: string) => chosen.length === 0 || chosen.includes(part);

try {
  const rows = isChosen("verbs") ? verbs() : [];
  const figures: Figure[] = [];
  for (const [name, part] of Object.entries(PARTS)) if (isChosen(name)) figures.push(...(await part()));
  printFigures("Workers", figures);
  judge([...rows, ...figures]);
} finally {
  spawnSync("tmux", ["-L", "bench", "kill-server"], at);
  me.remove();
}

function contender(words: readonly string[], budget: { time: number; memory: number }): Contender {
  return { name: `\`looop ${words.join(" ")}\``, argv: [looop, ...words], ...at, budget };
}

/** Makes ten sessions: five finished ones, and five that live as long as this bench. */
function verbs() {
  for (let number = 0; number < 10; number++) record(me, `looop-w${number}`, number < 5);
  const rows = measure([
    { name: "empty program", argv: [empty], ...at },
    contender(["flag", "w0", "a question"], OFTEN),
    contender(["unflag", "w0"], OFTEN),
    contender(["claim", "issue-1"], OFTEN),
    contender(["ls"], FOR_PEOPLE),
  ]);
  printTable("Workers: verbs, with 10 sessions", rows);
  rmSync(join(me.data, "sessions"), { recursive: true });
  return rows;
}

function manySessions(): Figure {
  for (let number = 0; number < 1_000; number++) record(me, `looop-old-${number}`, false);
  const ls = contender(["ls", "--all"], FOR_PEOPLE);
  wallMs(ls);
  const { median } = spread(Array.from({ length: TURNS }, () => wallMs(ls)));
  rmSync(join(me.data, "sessions"), { recursive: true });
  return { name: "`ls --all` with 1,000 finished sessions", got: median, unit: "ms", limit: 100 };
}

function record(of: Profile, id: string, isLive: boolean): void {
  const folder = join(of.data, "sessions", id);
  mkdirSync(folder, { recursive: true });
  const since = "2026-01-01T00:00:00.000Z";
  const supervisor = identityOf(process.pid);
  const meta = {
    id,
    cmd: ["agent"],
    babysit_pid: process.pid,
    started_at: since,
    owner: "looop",
    cwd: of.home,
    supervisor,
  };
  writeFileSync(join(folder, "meta.json"), JSON.stringify(meta, null, 2));
  const state = isLive ? { state: "running", exit_code: null } : { state: "exited", exit_code: 0, ended_by: "exit" };
  writeFileSync(
    join(folder, "status.json"),
    JSON.stringify({ ...state, child_pid: null, last_change: since }, null, 2),
  );
}

/** Returns the time from the start of the command to the worker's first byte, wherever it is written. */
async function starts(): Promise<Figure[]> {
  const file = join(me.home, "first");
  const say = `echo x >'${file}'; exec sleep 1000`;
  const shell = (turn: number) => firstByte(["bash", "-lc", `echo x >'${file}'`], file, turn);
  const ours = (turn: number) =>
    firstByte([looop, "start-session", `s${turn}`, "x", "--command", "echo x; exec sleep 1000"], log(`s${turn}`), turn);
  const tmux = (turn: number) =>
    firstByte(["tmux", "-L", "bench", "new-session", "-d", "-s", `s${turn}`, `bash -lc ${quoted(say)}`], file, turn);
  const dtach = (turn: number) => firstByte(["dtach", "-n", join(me.home, `s${turn}`), "bash", "-lc", say], file, turn);
  const taken: number[][] = [[], [], [], []];
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [which, one] of [shell, ours, tmux, dtach].entries()) taken[which]?.push(await one(turn));
    spawnSync(looop, ["kill", `s${turn}`], at);
    spawnSync("tmux", ["-L", "bench", "kill-session", "-t", `s${turn}`], at);
    process.kill(pidOf(["dtach", "-n", join(me.home, `s${turn}`), "bash", "-lc", say]) ?? 0, "SIGTERM");
  }
  const [bash = 0, session = 0, other = 0, third = 0] = taken.map((times) => spread(times).median);
  const beside = `bash -lc ${bash.toFixed(1)}; tmux +${(other - bash).toFixed(1)}; dtach +${(third - bash).toFixed(1)}`;
  return [
    {
      name: "`start-session` to the worker's first byte, more than `bash -lc`",
      got: session - bash,
      unit: "ms",
      limit: 60,
      beside,
    },
  ];
}

function log(id: string): string {
  return join(me.data, "sessions", `looop-${id}`, "output.log");
}

async function firstByte(argv: readonly string[], file: string, turn: number): Promise<number> {
  rmSync(file, { force: true });
  const [program = "", ...args] = argv;
  const beganMs = performance.now();
  const child = spawn(program, args, { ...at, stdio: "ignore", detached: true });
  while (!existsSync(file) || statSync(file).size === 0) {
    if (performance.now() - beganMs > 10_000)
      throw new Error(`Cannot measure ${argv.join(" ")}: no byte in turn ${turn}`);
    // Sleeps between checks: a busy loop would take one of two cores from the measured programs.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MS);
  }
  const tookMs = performance.now() - beganMs;
  await waitFor(`the end of ${program}`, () => child.exitCode !== null);
  return tookMs;
}

/** Measures one idle minute, of all three at once. */
async function idle(): Promise<Figure[]> {
  const ours = await supervised(looop, me, "looop-idle", ["bash", "-c", "echo hi; exec sleep 1000"]);
  spawnSync("tmux", ["-L", "bench", "new-session", "-d", "-s", "idle", "echo hi; exec sleep 1000"], at);
  const words = ["dtach", "-n", join(me.home, "idle"), "bash", "-c", "echo hi; exec sleep 1000"];
  spawnSync(words[0] ?? "", words.slice(1), at);
  const tmuxPid = Number(spawnSync("tmux", ["-L", "bench", "display-message", "-p", "#{pid}"], at).stdout.toString());
  const dtachPid = pidOf(words) ?? 0;
  const pids = [ours.pid, tmuxPid, dtachPid];
  await new Promise((done) => setTimeout(done, 5_000));
  const before = pids.map(cpuMs);
  const beganMs = performance.now();
  await new Promise((done) => setTimeout(done, IDLE_MS));
  const lastedMs = performance.now() - beganMs;
  const [cpu = 0, tmuxCpu = 0, dtachCpu = 0] = pids.map(
    (pid, index) => ((cpuMs(pid) - (before[index] ?? 0)) / lastedMs) * 100,
  );
  const [mb = 0, tmuxMb = 0, dtachMb = 0] = pids.map((pid) => residentMb(pid, "VmRSS") ?? 0);
  await end(ours);
  process.kill(dtachPid, "SIGTERM");
  const percent = (tmux: number, dtach: number) => `tmux ${tmux.toFixed(2)}; dtach ${dtach.toFixed(2)}`;
  return [
    {
      name: "an idle supervisor over 60 s",
      got: cpu,
      unit: "% of a core",
      limit: 0.15,
      beside: percent(tmuxCpu, dtachCpu),
    },
    { name: "its resident memory", got: mb, unit: "MB", limit: 44, beside: percent(tmuxMb, dtachMb) },
  ];
}

async function fleet(): Promise<Figure[]> {
  const all = await Promise.all(
    Array.from({ length: FLEET }, (_, number) =>
      supervised(looop, me, `looop-f${number}`, ["sh", "-c", "exec sleep 1000"]),
    ),
  );
  await new Promise((done) => setTimeout(done, 5_000));
  const before = all.reduce((sum, { pid }) => sum + cpuMs(pid), 0);
  await new Promise((done) => setTimeout(done, 10_000));
  const cpu = (all.reduce((sum, { pid }) => sum + cpuMs(pid), 0) - before) / 100;
  const answers: number[] = [];
  for (const { socket } of all) answers.push((await askMs(socket, "status")) ?? Number.POSITIVE_INFINITY);
  await Promise.all(all.map(end));
  const { median, max } = spread(answers);
  return [
    { name: `${FLEET} idle workers, all together`, got: cpu, unit: "% of a core", limit: 0.15 * FLEET },
    {
      name: `the slowest \`status\` of ${FLEET}`,
      got: max,
      unit: "ms",
      limit: 50,
      beside: `median ${median.toFixed(1)}`,
    },
  ];
}

/** Measures a flood of a gigabyte, between two runs under script(1), and the answers during an endless flood. */
async function floods(): Promise<Figure[]> {
  const byScript = () => timed(() => spawnSync("script", ["-qc", FLOOD, "/dev/null"], { ...at, stdio: "ignore" }));
  const before = byScript();
  const { tookMs, peakMb } = await flood();
  const script = (before + byScript()) / 2;
  const done = `tmux -L flood wait-for -S x`;
  const tmuxWords = ["-L", "flood", "-f", "/dev/null", "new-session", "-d", `${FLOOD}; ${done}`, ";", "wait-for", "x"];
  const tmux = timed(() => spawnSync("tmux", tmuxWords, at));
  const pipe = join(me.home, "done");
  const dtachScript = `mkfifo ${pipe}; dtach -n ${pipe}.s sh -c '${FLOOD}; echo x >${pipe}'; read x <${pipe}`;
  const dtach = timed(() => spawnSync("sh", ["-c", dtachScript], at));
  const seconds = (ms: number) => (ms / 1_000).toFixed(1);
  const others = `script ${seconds(script)}, tmux ${seconds(tmux)}, dtach ${seconds(dtach)} s, none of which keeps a log`;
  const time = { got: tookMs / script, unit: "×", limit: 1.3, beside: `${seconds(tookMs)} s; ${others}` };
  return [
    { name: "a 1 GB flood, against `script`", ...time },
    { name: "the supervisor's peak memory in it", got: peakMb, unit: "MB", limit: 96 },
    ...(await answersInFlood()),
  ];
}

async function flood(): Promise<{ tookMs: number; peakMb: number }> {
  const run = await supervised(looop, me, "looop-flood", ["sh", "-c", `sleep 2; ${FLOOD}`]);
  await waitFor("the flood", () => statSync(run.log).size > 0);
  const beganMs = performance.now();
  let peakMb = 0;
  while (run.child.exitCode === null) {
    peakMb = Math.max(peakMb, residentMb(run.pid, "VmHWM") ?? 0);
    await new Promise((next) => setTimeout(next, 50));
  }
  if (statSync(run.log).size !== FLOOD_BYTES) throw new Error("Cannot measure the flood: the log lacks some of it");
  return { tookMs: performance.now() - beganMs, peakMb };
}

async function answersInFlood(): Promise<Figure[]> {
  const endless = await supervised(looop, me, "looop-endless", ["sh", "-c", "exec yes"]);
  await waitFor("the flood", () => statSync(endless.log).size > 50_000_000);
  const statuses: number[] = [];
  for (let turn = 0; turn < 100; turn++) {
    statuses.push((await askMs(endless.socket, "status")) ?? Number.POSITIVE_INFINITY);
    await new Promise((next) => setTimeout(next, 20));
  }
  const flags = Array.from({ length: TURNS }, () => wallMs(contender(["flag", "endless", "look"], OFTEN)));
  const killMs = await askMs(endless.socket, "kill");
  const [status, flag] = [spread(statuses), spread(flags)];
  const all = { unit: "ms", limit: 200 };
  return [
    {
      name: "the slowest `status` in an endless one",
      got: status.max,
      ...all,
      beside: `median ${status.median.toFixed(1)}`,
    },
    { name: "the slowest `looop flag` in it", got: flag.max, ...all, beside: `median ${flag.median.toFixed(1)}` },
    { name: "`kill` of it", got: killMs ?? Number.POSITIVE_INFINITY, ...all },
  ];
}

function timed(work: () => void): number {
  const beganMs = performance.now();
  work();
  return performance.now() - beganMs;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
