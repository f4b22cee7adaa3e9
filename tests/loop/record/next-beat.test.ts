import { describe, expect, test } from "bun:test";
import { EXIT, LooopError } from "../../../src/core/error.ts";
import { onceIn } from "../../../src/core/world/schedule.ts";
import { waitMs } from "../../../src/loop/record/next-beat.ts";
import { writeSchedule } from "../../../src/store/policy/schedules.ts";
import { fakeFleet, fakeWorker } from "../../fakes/fleet.ts";
import { fakeLoop } from "../../fakes/loop-context.ts";

const INTERVALS = { idle: 60, active: 20, busy: 5 };
const UNCHANGED = { kind: "unchanged" } as const;

describe("waitMs()", () => {
  test("waits by situation: after a move, with a worker alive, else idle", async () => {
    const working = fakeLoop({ fleet: fakeFleet([fakeWorker("w")]) });

    expect(await waitMs(fakeLoop(), INTERVALS, { kind: "acted" })).toBe(5_000);
    expect(await waitMs(working, INTERVALS, UNCHANGED)).toBe(20_000);
    expect(await waitMs(fakeLoop(), INTERVALS, UNCHANGED)).toBe(60_000);
    expect(await waitMs(fakeLoop(), INTERVALS, undefined)).toBe(60_000);
  });

  test("waits as the decider asked, once", async () => {
    const loop = fakeLoop();
    loop.files.write(loop.paths.nextInterval, "30\n");

    expect([await waitMs(loop, INTERVALS, UNCHANGED), await waitMs(loop, INTERVALS, UNCHANGED)]).toEqual([
      30_000, 60_000,
    ]);
  });

  test("bounds what the decider asked for, and logs that", async () => {
    const loop = fakeLoop();
    loop.files.write(loop.paths.nextInterval, "1\n");

    expect(await waitMs(loop, INTERVALS, UNCHANGED)).toBe(5_000);
    expect(loop.said()).toContain("the decider asked for 1");
  });

  test("ignores a request that is not an integer, and removes it", async () => {
    const loop = fakeLoop();
    loop.files.write(loop.paths.nextInterval, "soon\n");

    expect(await waitMs(loop, INTERVALS, UNCHANGED)).toBe(60_000);
    expect([loop.said(), loop.files.stat(loop.paths.nextInterval)]).toEqual([
      expect.stringContaining('not one integer: "soon'),
      undefined,
    ]);
  });

  test("waits no longer than until the next schedule, and at least a second", async () => {
    const loop = fakeLoop();
    loop.files.makeDir(loop.paths.schedules);
    writeSchedule(loop.files, loop.paths, "s", onceIn(12, loop.clock.now()));

    expect(await waitMs(loop, INTERVALS, UNCHANGED)).toBe(12_000);
  });

  test("waits the idle interval when the fleet cannot be read, and reports that unless the beat did", async () => {
    const error = new LooopError({ message: "Cannot read it", hint: "Mend it", exit: EXIT.failed });
    const workers = () => {
      throw error;
    };
    const loop = fakeLoop({ fleet: fakeFleet([], { workers }) });

    expect(await waitMs(loop, INTERVALS, { kind: "failed" })).toBe(60_000);
    expect(loop.said()).toBe("");
    expect(await waitMs(loop, INTERVALS, UNCHANGED)).toBe(60_000);
    expect(loop.said()).toContain("beat failed: Cannot read it");
  });
});
