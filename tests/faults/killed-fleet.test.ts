/** The long-lived processes killed with -9 at random moments while a pulse beats every second and workers work. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { type Chance, fault, LONG, type Tally } from "../support/faults/count-faults.ts";
import {
  ageLeftovers,
  descriptorsOf,
  filesIn,
  leftAfterBeat,
  leftSockets,
  processesOf,
  runVerb,
  tornFiles,
} from "../support/faults/invariants.ts";
import { decidedBy } from "../support/model/shell-decider.ts";
import { type Profile, profileToRemove } from "../support/program/profile.ts";
import { PROGRAM } from "../support/program/program.ts";
import { waitFor } from "../support/program/wait-for.ts";
import { isOver } from "../support/session/foreign-sessions.ts";

const ENV = {
  LOOOP_INTERVAL: "1",
  LOOOP_BUSY_INTERVAL: "1",
  LOOOP_MAX_DECIDES_PER_HOUR: "1000000",
  LOOOP_RUNS_KEEP: "5",
};

/** Journals a line that no other call journals; its own number is known while it thinks. */
const RUNNER =
  'cat > /dev/null; n=$(cat ~/count 2> /dev/null || echo 0); echo $((n + 1)) > ~/count; echo $$ > ~/runner; sleep 0.3; echo "- move $n" >> journal.md; rm -f ~/runner';

/** Prints numbers without end. */
const COUNTING = "stty -opost; i=0; while :; do echo $i; i=$((i+1)); sleep 0.01; done";

interface House {
  readonly me: Profile;
  /** The beginnings of everything that only grows, which must never change. */
  readonly grown: Map<string, string>;
  costs: number;
  lives: number;
}

const GROWING = /^(journal\.md|cost\.jsonl|events\.jsonl)$/;

function house(): House {
  const me = decidedBy(profileToRemove(), RUNNER);
  me.sensor("still", "echo 1");
  me.write("reports/kept.md", "what a worker found\n");
  runVerb(me, ["up"], ENV);
  const made: House = { me, grown: new Map(), costs: 0, lives: 0 };
  startWorker(made);
  return made;
}

const must = (what: string, { exit, stderr }: ReturnType<typeof runVerb>) => {
  if (exit !== 0) throw new Error(`${what} ended with ${exit}: ${stderr}`);
};

function startWorker(it: House): void {
  must("start-session", runVerb(it.me, ["start-session", "w", "count", "--command", COUNTING], ENV));
  it.lives += 1;
}

const json = (me: Profile, path: string) => JSON.parse(me.read(path) ?? "{}");
const meta = (me: Profile) => json(me, "sessions/looop-w/meta.json");
const status = (me: Profile) => json(me, "sessions/looop-w/status.json");
const log = (me: Profile) => me.read("sessions/looop-w/output.log") ?? "";
const moves = (me: Profile) =>
  (me.read("journal.md") ?? "").split("\n").filter((line) => line.startsWith("- move")).length;

/** Kills a process and waits for its end; false when it had already ended. */
async function kill(pid: unknown): Promise<boolean> {
  if (typeof pid !== "number" || pid <= 1 || isOver(pid)) return false;
  process.kill(pid, "SIGKILL");
  await waitFor("the end of what was killed", () => isOver(pid));
  return true;
}

/** Waits for two more moves, which the kills must not prevent. */
async function goesOn({ me }: House): Promise<void> {
  for (let move = 0; move < 2; move++) {
    const before = moves(me);
    // A failed beat pauses for a minute, or until an edit.
    me.write("PLAYBOOK.md", `Be quiet, ${before}.\n`);
    await waitFor("one more move", () => moves(me) > before, 20_000).catch(() => {
      throw new Error(
        `no move in 20 s: ${runVerb(me, ["status"]).stdout} ${(me.read("tick.log") ?? "").slice(-1_500)}`,
      );
    });
  }
}

/** Checks numbered lines from 0 on: each once and in order; the last may be cut. */
function countedWrongly(text: string): string[] {
  const lines = text.split("\n").slice(0, -1);
  const wrong = lines.findIndex((line, at) => line !== `${at}`);
  return wrong < 0 ? [] : [`transcript line ${wrong} is ${JSON.stringify(lines[wrong])}`];
}

const BLOWS: Readonly<Record<string, (it: House) => Promise<readonly string[] | undefined>>> = {
  pulse: async (it) => {
    if (!(await kill(Number(it.me.read(".lock/pid"))))) return undefined;
    const again = runVerb(it.me, ["up"], ENV);
    return again.exit === 0 ? [] : [`up ended with ${again.exit}: ${again.stderr}`];
  },
  supervisor: async (it) => {
    const { child_pid: child } = status(it.me);
    if (!(await kill(meta(it.me).babysit_pid))) return undefined;
    await waitFor("the program's hang-up", () => isOver(child));
    const broken = countedWrongly(log(it.me));
    startWorker(it);
    return broken;
  },
  worker: async (it) => {
    const { babysit_pid: supervisor } = meta(it.me);
    if (!(await kill(status(it.me).child_pid))) return undefined;
    await waitFor("the supervisor's end", () => isOver(supervisor));
    const { state, exit_code: code } = status(it.me);
    // 1 is how the PTY library shows a death by a signal.
    const broken = state === "exited" && code === 1 ? [] : [`recorded as ${state} with ${code}`];
    broken.push(...countedWrongly(log(it.me)));
    startWorker(it);
    return broken;
  },
  runner: async (it) => {
    const file = join(it.me.home, "runner");
    // The flag's own decide may be over by now.
    it.me.write("PLAYBOOK.md", `Be quick, ${Math.random()}.\n`);
    const pid = await waitFor("a runner at work", () => existsSync(file) && Number(readFileSync(file, "utf8")));
    rmSync(file, { force: true });
    return (await kill(pid)) ? [] : undefined;
  },
  client: async (it) => {
    const supervisor = meta(it.me).babysit_pid;
    const idle = descriptorsOf(supervisor);
    const client = attached(it.me);
    await waitFor("the client's connection", () => descriptorsOf(supervisor) > idle);
    await kill(client.pid);
    await waitFor("the supervisor to let go of it", () => descriptorsOf(supervisor) <= idle);
    return [];
  },
};

/** `attach` in a terminal of its own, which ends with it: the number is that of `attach` itself. */
function attached(me: Profile): ChildProcess {
  const words = [...PROGRAM, "attach", "w"].join(" ");
  return spawn("script", ["-qfc", `exec ${words}`, "/dev/null"], { env: me.env, stdio: "ignore", detached: true });
}

/** Checks all promises after a kill. */
function broken(it: House): string[] {
  const { me } = it;
  const found: string[] = [];
  for (const path of filesIn(me.data).filter((name) => GROWING.test(name) || /^finished\/.*output\.log$/.test(name))) {
    const [was, now] = [it.grown.get(path) ?? "", me.read(path) ?? ""];
    if (!now.startsWith(was)) found.push(`${path} lost what it had`);
    it.grown.set(path, now);
  }
  for (const path of it.grown.keys()) if (me.read(path) === undefined) found.push(`${path} is gone`);
  const lines = (me.read("journal.md") ?? "").split("\n").filter(Boolean);
  if (new Set(lines).size !== lines.length) found.push("a journal line is doubled");
  const costs = (me.read("cost.jsonl") ?? "").split("\n").filter((line) => line.includes('"looop-w"')).length;
  if (costs !== it.costs) found.push(`${costs} ledger lines, not ${it.costs}`);
  if (me.read("reports/kept.md") !== "what a worker found\n") found.push("the report changed");
  // A record that is being replaced this moment is whole under either name.
  return [...found, ...tornFiles(me)];
}

async function round(it: House, name: string, chance: Chance, tally: Tally): Promise<void> {
  const { me } = it;
  const words = `question ${tally.injected}`;
  must("flag", runVerb(me, ["flag", "w", words]));
  must("claim", runVerb(me, ["claim", `c${tally.injected}`], { LOOOP_SESSION_ID: "looop-w" }));
  must("_cost", runVerb(me, ["_cost", "session", "looop-w", "fake", "0.01"]));
  it.costs += 1;
  const life = meta(me).started_at;
  const untilMs = performance.now() + chance.below(400);
  await waitFor("the moment", () => performance.now() >= untilMs);
  const struck = await BLOWS[name]?.(it);
  if (struck === undefined) return;
  const wrong = [...struck];
  if (meta(me).started_at === life && me.read("sessions/looop-w/note") !== words) wrong.push("the flag is lost");
  await goesOn(it);
  tally.struck(`${name} ${tally.injected}`, [...wrong, ...broken(it)]);
}

/** Ends everything in order, and checks that nothing is left. */
async function nothingLeft({ me }: House): Promise<string[]> {
  must("down", runVerb(me, ["down", "--workers"], ENV));
  await waitFor("the last process", () => processesOf(me).length === 0).catch(() => undefined);
  const left = processesOf(me).map((pid) => `left the process ${pid}`);
  ageLeftovers(me);
  me.write("PLAYBOOK.md", "Be still.\n");
  return [...left, ...leftSockets(me), ...tornFiles(me), ...leftAfterBeat(me, ENV)];
}

for (const name of Object.keys(BLOWS)) {
  fault(
    `kill -9 of a ${name} at work`,
    async (tally, chance) => {
      const it = house();
      try {
        for (let kills = 0; kills < (LONG ? 60 : 5); kills++) await round(it, name, chance, tally);
        for (const what of await nothingLeft(it)) tally.violated(what);
      } finally {
        runVerb(it.me, ["down", "--workers"], ENV);
        it.me.remove();
      }
    },
    LONG ? 900_000 : 120_000,
  );
}

fault(
  "kill -9 of everything at once",
  async (tally, chance) => {
    for (let time = 0; time < (LONG ? 20 : 3); time++) {
      const it = house();
      try {
        await waitFor("a move", () => moves(it.me) > 0);
        const untilMs = performance.now() + chance.below(1_500);
        await waitFor("the moment", () => performance.now() >= untilMs);
        for (const pid of processesOf(it.me)) if (!isOver(pid)) process.kill(pid, "SIGKILL");
        await waitFor("the last process", () => processesOf(it.me).length === 0);
        const wrong = countedWrongly(log(it.me));
        must("up", runVerb(it.me, ["up"], ENV));
        startWorker(it);
        await goesOn(it);
        tally.struck(`time ${time}`, [...wrong, ...broken(it), ...(await nothingLeft(it))]);
      } finally {
        runVerb(it.me, ["down", "--workers"], ENV);
        it.me.remove();
      }
    }
  },
  LONG ? 900_000 : 120_000,
);
