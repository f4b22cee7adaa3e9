/** The time and memory of a beat: with nothing to do, with slow sensors, with much to read, and with a runner that prints too much. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { decidedBy, events, MOVE } from "../tests/support/model/shell-decider.ts";
import { type Profile, profileToRemove } from "../tests/support/program/profile.ts";
import { waitFor } from "../tests/support/program/wait-for.ts";
import { built, type Contender, machine, peakMb, print, type Spread, spread, wallMs } from "./harness.ts";

const TURNS = 20;
const PEAK_MB = 200;

/** The time limit of an idle beat in a running pulse, in milliseconds. Beats are frequent, so an idle one must cost nearly nothing. */
const PULSE_BEAT_MS = 10;

interface Scene {
  readonly name: string;
  /** The time limit beyond that of `looop version`, which only starts and ends, in milliseconds; undefined for no limit. */
  readonly beyondMs?: number;
  /** The number of rounds, for a scene whose round is long. */
  readonly turns?: number;
  /** True when the decider only proposes its move. */
  readonly typed?: true;
  /** Makes the world. Returns the decider, or undefined for a beat that finds the world unchanged. */
  readonly world: (me: Profile) => string | undefined;
}

const CHANGING = `${MOVE}; date +%s%N >> PLAYBOOK.md`;

function manyFiles(me: Profile): void {
  for (let goal = 0; goal < 5_000; goal++) me.goal(`goal-${goal}`, `goal ${goal}\n`.repeat(200).slice(0, 2_048));
  me.write("journal.md", "- 2026-01-01 00:00 a line of the journal that says what was done\n".repeat(800_000));
}

const SCENES: readonly Scene[] = [
  { name: "unchanged, no sensors", world: () => undefined },
  {
    name: "unchanged, 20 sensors that sleep 0.2 s",
    beyondMs: 260,
    world: (me) => {
      for (let sensor = 0; sensor < 20; sensor++)
        me.sensor(`s${sensor}.sh`, "#!/bin/sh\nsleep 0.2; echo '{\"signal\":1}'");
      return undefined;
    },
  },
  {
    name: "unchanged, 5,000 goals of 2 KB and a 50 MB journal",
    world: (me) => {
      manyFiles(me);
      return undefined;
    },
  },
  {
    name: "a move, 5,000 goals of 2 KB and a 50 MB journal",
    turns: 5,
    world: (me) => {
      manyFiles(me);
      return CHANGING;
    },
  },
  {
    name: "a move whose runner prints a line of 100 MB",
    turns: 3,
    world: () => `${CHANGING}; head -c 100000000 /dev/zero | tr '\\0' x`,
  },
  {
    name: "a move whose runner prints 1 GB in short lines",
    turns: 2,
    world: () => `${CHANGING}; yes | head -c 1000000000 || true`,
  },
  {
    name: "a sensor that prints 1 GB",
    turns: 2,
    world: (me) => {
      me.sensor("huge.sh", "head -c 1000000000 /dev/zero");
      return undefined;
    },
  },
];

/** Makes a profile in the scene's initial state. */
function prepared(scene: Scene, looop: string): { me: Profile; contender: Contender } {
  const me = profileToRemove({ env: { LOOOP_MAX_DECIDES_PER_HOUR: "1000" } });
  const decider = scene.world(me);
  decidedBy(me, decider ?? MOVE);
  if (scene.typed === true)
    me.config(
      `default = "fake"\n[decide]\nmode = "typed"\n[runners.fake]\ndecide = ${JSON.stringify(decider ?? MOVE)}\n`,
    );
  const contender = { name: scene.name, argv: [looop, "tick"], env: me.env, cwd: me.home };
  spawnSync(looop, ["tick"], { env: { ...me.env }, cwd: me.home });
  return { me, contender };
}

function measured(scene: Scene, looop: string): { wall: Spread; start: Spread; peak: number } {
  const { me, contender } = prepared(scene, looop);
  const start = { ...contender, argv: [looop, "version"] };
  try {
    const walls: number[] = [];
    const starts: number[] = [];
    for (let turn = 0; turn < (scene.turns ?? TURNS); turn++) {
      starts.push(wallMs(start));
      walls.push(wallMs(contender));
    }
    return { wall: spread(walls), start: spread(starts), peak: peakMb(contender) };
  } finally {
    me.remove();
  }
}

/** Returns how long a pulse is busy per beat: the time from one beat's start to the next, minus the second between them. */
async function beatsOfPulse(looop: string): Promise<Spread> {
  const me = decidedBy(profileToRemove({ env: { LOOOP_INTERVAL: "1" } }), MOVE);
  const pulse = spawn(looop, ["run"], { env: { ...me.env }, cwd: me.home, stdio: "ignore" });
  try {
    const starts = await waitFor("the beats of a pulse", () => fullBeats(me), 60_000);
    return spread(starts.slice(1).map((at, beat) => at - (starts[beat] ?? at) - 1_000));
  } finally {
    pulse.kill("SIGTERM");
    await once(pulse, "exit");
    me.remove();
  }
}

/** Waits for enough beats after the first move, and returns when each started. */
function fullBeats(me: Profile): number[] | undefined {
  const starts = events(me).filter(({ event }) => event === "tick_start");
  return starts.length > TURNS + 2 ? starts.slice(2).map(({ ts }) => Date.parse(String(ts))) : undefined;
}

const looop = built("looop");
const over: string[] = [];
const rows = SCENES.map((scene) => {
  const { wall, start, peak } = measured(scene, looop);
  const beyond = wall.median - start.median;
  const limit = scene.beyondMs === undefined ? "" : ` of ${scene.beyondMs}`;
  if (scene.beyondMs !== undefined && beyond > scene.beyondMs) over.push(`${scene.name}: ${beyond.toFixed(1)} ms`);
  if (peak > PEAK_MB) over.push(`${scene.name}: ${peak.toFixed(0)} MB`);
  const range = `${wall.median.toFixed(1)} (${wall.min.toFixed(1)}–${wall.max.toFixed(1)})`;
  return `| ${scene.name} | ${range} | ${beyond.toFixed(1)}${limit} | ${peak.toFixed(0)} of ${PEAK_MB} |`;
});
const steady = await beatsOfPulse(looop);
if (steady.median > PULSE_BEAT_MS) over.push(`a beat of a running pulse: ${steady.median.toFixed(1)} ms`);
print([
  "### A beat",
  "",
  `A beat of a running pulse with an unchanged world and no sensors, writes included: ${steady.median.toFixed(1)} ms ` +
    `(${steady.min.toFixed(1)}–${steady.max.toFixed(1)}) of ${PULSE_BEAT_MS}.`,
  "",
  `${machine()}. Median (least–most) of up to ${TURNS} turns, in turns with \`looop version\`, which only starts and ends.`,
  "",
  "| `looop tick` | wall ms | beyond the start | peak MB |",
  "|---|---|---|---|",
  ...rows,
  "",
]);
if (over.length > 0) {
  process.stderr.write(`Over budget: ${over.join("; ")}\n`);
  process.exitCode = 1;
}
