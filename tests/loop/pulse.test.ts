/** The pulse over real files and locks, with a clock that takes no time and a fleet that can be made to fail. */
import { describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { readLimits } from "../../src/core/config/limits.ts";
import { EXIT, LooopError } from "../../src/core/error.ts";
import { localDay } from "../../src/core/money/call.ts";
import { contextOf, type LoopDeps } from "../../src/loop/context/context.ts";
import { pulse } from "../../src/loop/pulse.ts";
import { openBeatLog } from "../../src/loop/record/beat-log.ts";
import { moneyHold } from "../../src/store/money/money-hold.ts";
import { readConfig } from "../../src/store/read-config.ts";
import { openLocks } from "../../src/sys/ffi/flock.ts";
import { sha256 } from "../../src/sys/ffi/hash.ts";
import { files } from "../../src/sys/files.ts";
import { groups } from "../../src/sys/process/groups.ts";
import { proc } from "../../src/sys/process/proc.ts";
import { fakeClock } from "../fakes/clock.ts";
import { fakeFleet } from "../fakes/fleet.ts";
import { dataFolder } from "../support/program/data-folder.ts";

const DECIDER = "echo '- moved' >> journal.md";

/** A pulse that stops after `beats` waits; `tidy` runs at the start of each beat. */
async function opened(beats: number, tidy: (beat: number) => void, over: Partial<LoopDeps> = {}) {
  const paths = dataFolder();
  files.makeDir(dirname(paths.config));
  files.write(paths.playbook, "p");
  files.write(paths.config, `default = "fake"\nbusy_interval = 7\n[runners.fake]\ntick = "${DECIDER}"\n`);
  const stop = new AbortController();
  const clock = fakeClock();
  const lines: string[] = [];
  let begun = 0;
  const context = contextOf({
    files,
    clock: {
      ...clock,
      sleep: async (ms, signal) => {
        await clock.sleep(ms, signal);
        if (clock.slept.length >= beats) stop.abort();
      },
    },
    proc,
    groups,
    locks: await openLocks(),
    sha256,
    stop: { asked: stop.signal, now: new AbortController().signal, name: () => "SIGTERM", onAsked: () => {} },
    paths,
    knobs: readLimits({}).knobs,
    env: { PATH: "/usr/bin:/bin" },
    bin: "/looop",
    version: "0.0.0",
    memory: () => undefined,
    sinceBootMs: () => undefined,
    hands: { start: async () => {}, kill: async () => {}, tell: async () => {} },
    trusted: () => () => false,
    fleet: {
      ...fakeFleet(),
      tidy: async () => {
        begun++;
        tidy(begun);
      },
    },
    exportCalls: () => {},
    notify: () => {},
    log: openBeatLog(
      () => "00:00:00",
      false,
      (text) => lines.push(text),
    ),
    today: async () => localDay(clock.now()),
    prepare: () => {
      for (const dir of [paths.readings, paths.runs]) files.makeDir(dir);
    },
    config: async () => (await readConfig(files, paths)).config,
    ...over,
  });
  return {
    context,
    clock,
    paths,
    said: () => lines.join("\n"),
    run: () =>
      pulse(
        context,
        () => false,
        () => ({ close: () => {} }),
      ),
  };
}

const bug = () => {
  throw new TypeError("undefined is not a function");
};

describe("pulse()", () => {
  test("waits by situation: sooner after a move, then as long as is usual", async () => {
    const { clock, run } = await opened(3, () => {});

    expect(await run()).toBe(EXIT.ok);
    expect(clock.slept).toEqual([7_000, 60_000, 60_000]);
  });

  test("logs the stack of a bug that ends a beat, and goes on", async () => {
    const { run, said } = await opened(6, (beat) => beat % 5 !== 0 && bug());

    expect(await run()).toBe(EXIT.ok);
    expect(said()).toMatch(/a bug ended this beat: TypeError: undefined is not a function\n\s+at /);
  });

  test("ends after five beats in a row that a bug ended", async () => {
    const { clock, run, said } = await opened(99, bug);

    await expect(run()).rejects.toThrow("5 beats in a row ended in a bug");
    expect([clock.slept.length, said().match(/a bug ended/g)?.length]).toEqual([4, 5]);
  });

  test("outlives any number of beats that fail for a reason, with one line and one hint each", async () => {
    const { run, said } = await opened(20, () => {
      throw new LooopError({ message: "Cannot write x: no space left", hint: "Free some", exit: EXIT.failed });
    });

    expect(await run()).toBe(EXIT.ok);
    expect(said().match(/beat failed: Cannot write x: no space left\n.*hint: Free some/g)).toHaveLength(20);
    expect(said()).not.toContain("a bug");
  });

  test("outlives a note for status that cannot be written", async () => {
    const { run, said, paths } = await opened(3, (beat) => {
      if (beat === 2) {
        rmSync(paths.pulse);
        files.makeDir(paths.pulse);
      }
    });

    expect(await run()).toBe(EXIT.ok);
    expect(said()).toContain("status will not know of this beat: Cannot read");
  });

  // The clock of the machine is the wait so far; how long it has been up says how much of that really passed.
  const steps: [title: string, forwardMs: number, held: boolean][] = [
    ["holds the money when the clock was set forward by more than an hour", 3_700_000, true],
    ["takes no small correction of the clock for that", 3_500_000, false],
    ["takes no clock that was set back for that", -90_000_000, false],
  ];
  test.each(steps)("%s", async (_title, forwardMs, held) => {
    let nowMs = () => 0;
    let looks = 0;
    const it = await opened(3, () => {}, { sinceBootMs: () => nowMs() - (looks++ < 2 ? 0 : forwardMs) });
    nowMs = () => it.clock.now();

    expect(await it.run()).toBe(EXIT.ok);
    expect(moneyHold(files, it.paths)?.includes("the clock was set forward by 1h") ?? false).toBe(held);
  });

  test("leaves the lock free for the next", async () => {
    const { context, run } = await opened(1, () => {});
    await run();

    expect(context.locks.tryLock(`${context.paths.lockFolder}/lock`)).toBeDefined();
    expect(files.list(context.paths.lockFolder)).not.toContain("pid");
  });
});
