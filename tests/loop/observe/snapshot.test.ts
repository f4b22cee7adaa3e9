import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { Context } from "../../../src/loop/context/context.ts";
import { readResolvedAsks } from "../../../src/loop/observe/extras.ts";
import type { Sensor } from "../../../src/loop/observe/sense.ts";
import { takeSnapshot } from "../../../src/loop/observe/snapshot.ts";
import { createAsk } from "../../../src/store/mailbox/asks.ts";
import { files } from "../../../src/sys/files.ts";
import { fakeFleet, fakeWorker } from "../../fakes/fleet.ts";
import { fakeLoop } from "../../fakes/loop-context.ts";

/** Files that count how often each path was read or listed. */
function counted() {
  const reads: string[] = [];
  const count =
    <T>(read: (path: string) => T) =>
    (path: string) => {
      reads.push(path);
      return read(path);
    };
  const counting = { ...files, read: count(files.read), readBytes: count(files.readBytes), list: count(files.list) };
  return { counting, readsOf: (part: string) => reads.filter((path) => path.endsWith(part)).length };
}

function snapshotOf(context: Context, sensors: readonly Sensor[] = []) {
  return takeSnapshot(context, sensors, readResolvedAsks(context));
}

describe("takeSnapshot()", () => {
  test("has no changes to tell of on a first beat", async () => {
    const { changes, lastHash } = await snapshotOf(fakeLoop());

    expect([changes, lastHash]).toEqual([undefined, ""]);
  });

  test("names what differs from the world of the last decide", async () => {
    const context = fakeLoop();
    context.worldStore.saveLastWorld((await snapshotOf(context)).world);
    context.files.makeDir(context.paths.goals);
    context.files.write(join(context.paths.goals, "g.md"), "a goal");

    expect((await snapshotOf(context)).changes?.map(({ item }) => item)).toEqual(["goal:g"]);
  });

  test("does not read the last world before the changes are asked for, and then once", async () => {
    const { counting, readsOf } = counted();
    const context = fakeLoop({ files: counting });
    context.worldStore.saveLastWorld((await snapshotOf(context)).world);
    const snapshot = await snapshotOf(context);

    expect(readsOf(context.paths.lastWorld)).toBe(0);
    expect([snapshot.changes, snapshot.changes]).toEqual([[], []]);
    expect(readsOf(context.paths.lastWorld)).toBe(1);
  });

  test("keeps the changes it has found, whatever is remembered later", async () => {
    const context = fakeLoop();
    const snapshot = await snapshotOf(context);
    expect(snapshot.changes).toBeUndefined();
    context.worldStore.saveLastWorld(snapshot.world);

    expect(snapshot.changes).toBeUndefined();
  });

  test("reads the folder of asks once", async () => {
    const { counting, readsOf } = counted();
    const context = fakeLoop({ files: counting });
    createAsk(context, { kind: "worker", from: "w", prompt: "May I?", severity: "soon" });
    const { extras } = await snapshotOf(context);

    expect(extras.asks.pending.map(({ prompt }) => prompt)).toEqual(["May I?"]);
    expect(readsOf("/asks")).toBe(1);
  });

  test("counts this beat for the flapping of sensors, and writes nothing of it", async () => {
    const context = fakeLoop();
    context.worldStore.publish("ci", new TextEncoder().encode("{}"), new Uint8Array());
    const { flaps, flapsBefore } = await snapshotOf(context);

    expect([flapsBefore, Object.keys(flaps)]).toEqual([{}, ["ci"]]);
    expect(context.files.stat(context.paths.flapping)).toBeUndefined();
  });

  test("takes the last failure and the interrupted decide from the guards", async () => {
    const context = fakeLoop();
    context.guards.recordFailure({ atMs: 1, failures: 2, runId: "r1", error: "e", policy: "p" });
    context.guards.begin("r2", 1);

    expect(await snapshotOf(context)).toMatchObject({ failure: { failures: 2 }, interruptedRun: "r2" });
  });

  test("keeps the sensors as sensing planned them", async () => {
    const sensors = [{ name: "ci", file: "ci.sh", step: "run", digest: "d" } as const];

    expect((await snapshotOf(fakeLoop(), sensors)).sensors).toBe(sensors);
  });

  test("lists the workers of the fleet as items of the world", async () => {
    const { world } = await snapshotOf(fakeLoop({ fleet: fakeFleet([fakeWorker("w")]) }));

    expect(Object.keys(world.items)).toContain("worker:w");
  });

  test("throws for a PLAYBOOK that cannot be read: nothing decides without its guardrails", async () => {
    const context = fakeLoop();
    context.files.remove(context.paths.playbook);

    await expect(snapshotOf(context)).rejects.toThrow("it is a link to a file that is not there");
  });
});

describe("readResolvedAsks()", () => {
  test("reads the asks again when the person answered one in a worker's terminal", async () => {
    const { counting, readsOf } = counted();
    const resolved = [true, false];
    const fleet = fakeFleet([], { resolveTyped: () => resolved.shift() ?? false });
    const context = fakeLoop({ files: counting, fleet });
    readResolvedAsks(context);
    expect(readsOf("/asks")).toBe(2);
    readResolvedAsks(context);

    expect(readsOf("/asks")).toBe(3);
  });
});
