/** One whole beat over a real data folder: sensors and the runner are faked, and say what the test says. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { EXIT, LooopError } from "../../src/core/error.ts";
import type { LoopDeps } from "../../src/loop/context/context.ts";
import { reconcile } from "../../src/loop/reconcile.ts";
import { readBeatRecord } from "../../src/store/beat/beat-records.ts";
import { freezeAll } from "../../src/store/freeze-all.ts";
import { createAsk } from "../../src/store/mailbox/asks.ts";
import { readPulse } from "../../src/store/pulse-state.ts";
import { files } from "../../src/sys/files.ts";
import { fakeClock } from "../fakes/clock.ts";
import { fakeFleet } from "../fakes/fleet.ts";
import { fakeLoop } from "../fakes/loop-context.ts";
import { fakeProc, type Scripted } from "../fakes/proc.ts";

const NOOP = { stdout: '{"action":"noop","journal":"nothing to do"}\n' };
const failed = new LooopError({ message: "Cannot read x", hint: "Mend x", exit: EXIT.failed });

/** A loop whose typed runner answers with `answer`, and files that count their reads. */
function loop(answer: Scripted | (() => Scripted) = NOOP, over: Partial<LoopDeps> = {}) {
  const reads: string[] = [];
  const count =
    <T>(read: (path: string) => T) =>
    (path: string) => {
      reads.push(path);
      return read(path);
    };
  const counting = { ...files, read: count(files.read), readBytes: count(files.readBytes), list: count(files.list) };
  const proc = fakeProc(() => (typeof answer === "function" ? answer() : answer));
  const context = fakeLoop({ files: counting, proc, ...over });
  const readsOf = (ending: string) => reads.filter((path) => path.endsWith(ending)).length;
  const events = () => (files.read(context.paths.events) ?? "").match(/"event":"\w+"/g)?.map((it) => it.slice(9, -1));
  return { ...context, context, calls: proc.ran, reads, readsOf, events, beat: () => reconcile(context, "person") };
}

describe("reconcile()", () => {
  test("decides on a first beat, and acts", async () => {
    const { beat, calls } = loop();

    expect(await beat()).toMatchObject({ kind: "acted", record: { move: { action: "noop" } } });
    expect(calls).toHaveLength(1);
  });

  test("returns the record that it wrote, and does not read it back", async () => {
    const { beat, paths, readsOf } = loop();
    const result = await beat();
    if (result.kind !== "acted") throw new Error("it did not act");

    expect(readsOf("beat.json")).toBe(0);
    expect(readBeatRecord(files, paths, result.runId)).toEqual(JSON.parse(JSON.stringify(result.record)));
  });

  test("calls no runner when nothing changed", async () => {
    const { beat, calls, events } = loop();
    await beat();

    expect(await beat()).toMatchObject({ kind: "unchanged" });
    expect([calls.length, events()?.at(-1)]).toEqual([1, "world_unchanged"]);
  });

  test("reads the asks once in a beat that changes nothing, and the last world not at all", async () => {
    const { beat, paths, reads, readsOf } = loop();
    await beat();
    reads.length = 0;
    await beat();

    expect([readsOf("/asks"), readsOf(paths.lastWorld)]).toEqual([1, 0]);
  });

  test("reads the asks twice in a beat that acts (again for the person), and the last world once", async () => {
    const { beat, paths, readsOf } = loop();
    await beat();

    expect([readsOf("/asks"), readsOf(paths.lastWorld)]).toEqual([2, 1]);
  });

  test("shows an ask that came during the decide", async () => {
    const it = loop(() => {
      createAsk(it.context, { kind: "worker", from: "w", prompt: "May I go on?", severity: "now" });
      return NOOP;
    });
    await it.beat();

    expect(it.said()).toContain("May I go on?");
  });

  test("holds the next beat after a failure, and tells how long", async () => {
    const { beat, calls } = loop({ code: 1 });
    expect(await beat()).toMatchObject({ kind: "failed", runId: expect.stringContaining("tick-") });

    expect(await beat()).toMatchObject({ kind: "held", cause: "backoff", untilMs: expect.any(Number) });
    expect(calls).toHaveLength(1);
  });

  test("counts failures in a row, and forgets them after a success", async () => {
    const answers = [{ code: 1 }, { code: 1 }, NOOP];
    const clock = fakeClock();
    const { beat, guards } = loop(() => answers.shift() ?? {}, { clock });
    const failures = () => guards.failure("p", clock.now())?.failures;
    await beat();
    await clock.sleep(600_000);
    await beat();
    expect(failures()).toBe(2);
    await clock.sleep(600_000);
    await beat();

    expect(failures()).toBeUndefined();
  });

  test("meets the same change again after a failed decide", async () => {
    const { beat, worldStore } = loop({ code: 1 });
    await beat();

    expect(worldStore.lastHash()).toBe("");
  });

  test("fails without a run when an error comes before the decide", async () => {
    const fleet = fakeFleet([], { tidy: () => Promise.reject(failed) });
    const { beat, calls, said } = loop(NOOP, { fleet });
    const result = await beat();

    expect([result.kind, "runId" in result, calls]).toEqual(["failed", false, []]);
    expect(said()).toContain("beat failed: Cannot read x");
  });

  test("lets a bug escape", async () => {
    const fleet = fakeFleet([], { tidy: () => Promise.reject(new TypeError("a bug")) });

    await expect(loop(NOOP, { fleet }).beat()).rejects.toThrow("a bug");
  });

  test("still shows what waits for the person after a failure", async () => {
    const { beat, context, said } = loop({ code: 1 });
    files.write(context.paths.attention, "look at this\n");
    await beat();

    expect(said()).toContain("look at this");
  });

  test("is interrupted by the second signal, and does not decide", async () => {
    const now = AbortSignal.abort();
    const stop = { asked: now, now, name: () => "SIGINT", onAsked: () => {} };
    const { beat, calls } = loop(NOOP, { stop });

    expect([(await beat()).kind, calls]).toEqual(["interrupted", []]);
  });

  test("holds everything while it is frozen, before any approval", async () => {
    const { beat, calls, context } = loop();
    freezeAll(files, context.paths, context.clock.now());

    expect(await beat()).toMatchObject({ kind: "held", cause: "frozen" });
    expect(calls).toEqual([]);
  });

  test("gives a person's beat no next beat, and a pulse's one", async () => {
    const { beat, context } = loop();
    expect(await beat()).not.toHaveProperty("nextMs");
    const { atMs, nextMs } = await reconcile(context, "pulse");

    expect(nextMs).toBe(atMs + 60_000);
    expect(readPulse(files, context.paths)?.beat).toMatchObject({ kind: "unchanged", nextMs });
  });

  test("leaves .next-interval for the pulse when a person runs the beat", async () => {
    const { beat, context, paths } = loop({ stdout: '{"action":"noop","journal":"j","next_interval_s":30}\n' });
    await beat();
    expect(files.read(paths.nextInterval)).toBe("30\n");
    const { atMs, nextMs } = await reconcile(context, "pulse");

    expect([nextMs, files.read(paths.nextInterval)]).toEqual([atMs + 30_000, undefined]);
  });

  test("notes how it ended for status, and counts a skip", async () => {
    const { beat, paths } = loop();
    await beat();
    await beat();

    expect(readPulse(files, paths)).toMatchObject({ runner: "fake", beat: { kind: "unchanged" } });
  });

  test("counts a move that a broken answer cannot make as a failed decide", async () => {
    const { beat, events } = loop({ stdout: "I would rather not\n" });

    expect(await beat()).toMatchObject({ kind: "failed", error: { message: expect.stringContaining("is no move") } });
    expect(events()).toContain("tick_failed");
  });

  test("remembers what the decider saw, so that a change during the decide wakes the next beat", async () => {
    const it = loop(() => {
      files.makeDir(it.paths.goals);
      files.write(join(it.paths.goals, "g.md"), "written meanwhile");
      return NOOP;
    });
    await it.beat();

    expect((await it.beat()).kind).toBe("acted");
  });
});
