import { describe, expect, test } from "bun:test";
import { readIntervals, readLimits } from "../../../src/core/config/limits.ts";

const unset = { interval: undefined, busy_interval: undefined, active_interval: undefined };

describe("readLimits()", () => {
  test("has a default for everything", () => {
    expect(readLimits({})).toEqual({
      knobs: {
        sensorTimeoutMs: 60_000,
        shellTimeoutMs: 300_000,
        verifyTimeoutMs: 60_000,
        sensorMaxBytes: 8_192,
        runsKeep: 50,
        tickTimeoutMs: 1_800_000,
        noopTtlMs: 0,
        maxDecidesPerHour: 120,
        maxWorkers: 8,
        logMaxBytes: 1_073_741_824,
        tmuxSurface: undefined,
      },
      warnings: [],
    });
  });

  test("takes 0 for no limit where a limit can be left out", () => {
    const { knobs } = readLimits({ LOOOP_SENSOR_TIMEOUT: "0", LOOOP_SENSOR_MAX_BYTES: "0", LOOOP_RUNS_KEEP: "0" });
    expect([knobs.sensorTimeoutMs, knobs.sensorMaxBytes, knobs.runsKeep]).toEqual([undefined, undefined, undefined]);
  });

  test("takes 0 for none at all where money and workers are counted", () => {
    const { knobs, warnings } = readLimits({ LOOOP_MAX_DECIDES_PER_HOUR: "0", LOOOP_MAX_WORKERS: "0" });
    expect([knobs.maxDecidesPerHour, knobs.maxWorkers, warnings]).toEqual([0, 0, []]);
  });

  test("switches tmux windows off with exactly 0, and says nothing of them when it is unset", () => {
    const surface = (value: string) => readLimits({ LOOOP_TMUX_SURFACE: value }).knobs.tmuxSurface;
    expect(["0", "00", "no", ""].map(surface)).toEqual([false, true, true, undefined]);
  });

  test.each(["-1", "1.5", "10 20", "ten", "1e3", "0x10", "9".repeat(20), "3000000"])(
    "answers %p with one warning and the default",
    (value) => {
      const { knobs, warnings } = readLimits({ LOOOP_TICK_TIMEOUT: value });
      expect(knobs.tickTimeoutMs).toBe(1_800_000);
      expect(warnings).toEqual([
        `LOOOP_TICK_TIMEOUT is "${value}", not a whole number from 1 up to 2147483: using 1800`,
      ]);
    },
  );
});

describe("readIntervals()", () => {
  test("falls back to a minute", () => {
    expect(readIntervals({}, unset).intervals).toEqual({ idle: 60, busy: 60, active: 60 });
  });

  test("lets busy and active follow idle", () => {
    expect(readIntervals({ LOOOP_INTERVAL: "90" }, unset).intervals).toEqual({ idle: 90, busy: 90, active: 90 });
  });

  test("puts the environment before the config", () => {
    const env = { LOOOP_BUSY_INTERVAL: "5" };
    const { intervals } = readIntervals(env, { interval: 30, busy_interval: 10, active_interval: 20 });
    expect(intervals).toEqual({ idle: 30, busy: 5, active: 20 });
  });

  const clamped: [value: string, want: number][] = [
    ["0", 1],
    ["-5", 1],
    ["1.5", 1],
    ["99999999999", 2_147_483],
  ];
  test.each(clamped)("clamps %p to %p with a warning, so that no wait is a busy loop", (value, want) => {
    const { intervals, warnings } = readIntervals({ LOOOP_INTERVAL: value }, unset);
    expect(intervals.idle).toBe(want);
    expect(warnings).toEqual([`LOOOP_INTERVAL is "${value}": using ${want}`]);
  });

  test.each(["10 20", "soon", "1e3", "NaN", "0x10"])("ignores %p with a warning", (value) => {
    const { intervals, warnings } = readIntervals({ LOOOP_INTERVAL: value }, { ...unset, interval: 7 });
    expect(intervals.idle).toBe(7);
    expect(warnings).toEqual([`LOOOP_INTERVAL is "${value}", not a number of seconds: ignored`]);
  });
});
