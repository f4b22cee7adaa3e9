/** The time of a typed beat without the model: 50 goals, 20 readings, a goal written, git commit included. */
import { utimesSync } from "node:fs";
import process from "node:process";
import type { BeatRecord } from "../src/core/beat/beat-record.ts";
import { lastRecord, setAnswer, typedProfile } from "../tests/support/model/typed-model.ts";
import { profileToRemove } from "../tests/support/program/profile.ts";
import { built, machine, print, spread, wallMs } from "./harness.ts";

const TURNS = 20;
const BUDGET_MS = 60;
const SENSORS = 20;

/** The steps that are not looop's own time. */
const modelAndSensorsMs = ({ took_ms }: BeatRecord) => (took_ms["decide"] ?? 0) + (took_ms["sense"] ?? 0);

interface Measured {
  readonly record: BeatRecord;
  readonly ms: number;
  /** The time of `looop version` just before, which only starts and ends. */
  readonly startMs: number;
}

const looop = built("looop");
const me = profileToRemove({ env: { LOOOP_MAX_DECIDES_PER_HOUR: "1000" } });
try {
  for (let goal = 0; goal < 50; goal++)
    written(me.goal(`goal-${goal}`, `goal: ${goal}\n\n${"What shall be true. ".repeat(40)}\n`));
  for (let sensor = 0; sensor < SENSORS; sensor++) reads(sensor, -1);
  typedProfile("", me);
  const beats = Array.from({ length: TURNS + 1 }, (_, turn) => beat(turn)).slice(1);
  const records = beats.map(({ record }) => record);
  const steps = Object.keys(records[0]?.took_ms ?? {});
  // Measured from outside, so that work after the record is written counts too.
  const total = spread(beats.map(({ ms, startMs, record }) => ms - startMs - modelAndSensorsMs(record)));
  const row = (name: string, { median, min, max }: ReturnType<typeof spread>, limit = "") =>
    `| ${name} | ${median.toFixed(1)} (${min.toFixed(1)}–${max.toFixed(1)})${limit} |`;
  print([
    "### A typed beat",
    "",
    `${machine()}. 50 goals, 20 readings, one goal written; median (least–most) of ${TURNS} beats.`,
    "",
    "| step | ms |",
    "|---|---|",
    ...steps.map((step) => row(step, spread(records.map(({ took_ms }) => took_ms[step] ?? 0)))),
    row("**the whole, from outside, without start, model call and sensors**", total, ` of ${BUDGET_MS}`),
    "",
  ]);
  if (total.median > BUDGET_MS) {
    process.stderr.write(`Over budget: ${total.median.toFixed(1)} ms\n`);
    process.exitCode = 1;
  }
} finally {
  me.remove();
}

/** Makes a file an hour old: a beat reads files again that were written within two seconds before it, and most are older. */
function written(path: string): void {
  const atS = Date.now() / 1_000 - 3_600;
  utimesSync(path, atS, atS);
}

/** Makes a sensor that runs once per reading, because the sensors' own time is not measured here. */
function reads(sensor: number, turn: number): void {
  const reading = JSON.stringify({ signal: { turn }, detail: "some words" });
  me.sensor(`s${sensor}.sh`, `#!/bin/sh\n# looop:interval=3600\necho '${reading}'`);
}

function beat(turn: number): Measured {
  const answer = JSON.stringify({ action: "write_goal", id: "goal-7", body: `turn ${turn}`, journal: `turn ${turn}` });
  setAnswer(me, answer);
  // Changes a different sensor each time, because one that changes on every beat counts as flapping.
  reads(turn % SENSORS, turn);
  const where = { env: me.env, cwd: me.home };
  const startMs = wallMs({ name: "version", argv: [looop, "version"], ...where });
  const ms = wallMs({ name: "tick", argv: [looop, "tick"], ...where });
  return { record: lastRecord(me), ms, startMs };
}
