import { describe, expect, test } from "bun:test";
import { readLimits } from "../../../src/core/config/limits.ts";
import { whySkip } from "../../../src/loop/hold/skip.ts";
import type { BeatSnapshot } from "../../../src/loop/observe/snapshot.ts";
import { fakeLoop } from "../../fakes/loop-context.ts";
import { fakeSnapshot } from "../../fakes/snapshot.ts";

const CHANGED = { lastHash: "another world", changes: undefined } as const;
const FAILURE = { failures: 1, runId: "r", error: "e", policy: "p" };

function skip(
  over: Partial<BeatSnapshot>,
  env: Record<string, string> = {},
  prepare = (_: ReturnType<typeof fakeLoop>) => {},
) {
  const context = fakeLoop({ knobs: readLimits(env).knobs });
  prepare(context);
  return whySkip(context, fakeSnapshot(over));
}

describe("whySkip()", () => {
  test("skips an unchanged world", async () => {
    expect(await skip({})).toMatchObject({ kind: "unchanged" });
  });

  test("skips nothing when the world changed", async () => {
    expect(await skip(CHANGED)).toBeUndefined();
  });

  test("decides again on an unchanged world once its noop is old enough", async () => {
    const aged = await skip({}, { LOOOP_NOOP_TTL: "60" }, ({ clock, guards }) =>
      guards.recordNoop(fakeSnapshot().world.hash, clock.now() - 61_000),
    );

    expect(aged).toBeUndefined();
  });

  test("holds for a usage limit of the runner that decides", async () => {
    const nowMs = fakeLoop().clock.now();
    const limit = { runner: "fake", endMs: nowMs + 5_000 };

    expect(await skip({ ...CHANGED, failure: { ...FAILURE, atMs: nowMs - 1, limit } })).toMatchObject({
      cause: "usage limit",
      untilMs: nowMs + 5_000,
    });
  });

  test("does not hold for a usage limit of another runner", async () => {
    const nowMs = fakeLoop().clock.now();
    const limit = { runner: "other", endMs: nowMs + 900_000 };

    expect(await skip({ ...CHANGED, failure: { ...FAILURE, atMs: nowMs - 600_000, limit } })).toBeUndefined();
  });

  test("holds for a failure, until its backoff is over", async () => {
    const nowMs = fakeLoop().clock.now();

    expect(await skip({ ...CHANGED, failure: { ...FAILURE, atMs: nowMs } })).toMatchObject({ untilMs: nowMs + 60_000 });
  });

  test("does not wait for a backoff after the person changed the policy", async () => {
    const nowMs = fakeLoop().clock.now();

    expect(await skip({ ...CHANGED, policy: "edited", failure: { ...FAILURE, atMs: nowMs } })).toBeUndefined();
  });

  test("holds while only flapping sensors changed that woke it lately", async () => {
    const nowMs = fakeLoop().clock.now();
    const flaps = { ci: { digest: "d", streak: 9, wokeMs: nowMs - 1_000 } };
    const changes = [{ item: "snap:ci", was: "" }] as unknown as BeatSnapshot["changes"];

    expect(await skip({ ...CHANGED, changes, flaps })).toMatchObject({
      cause: "flapping",
      reason: "only flapping sensors changed (ci)",
    });
  });

  test("does not hold when something else changed too", async () => {
    const flaps = { ci: { digest: "d", streak: 9, wokeMs: fakeLoop().clock.now() } };
    const changes = ["snap:ci", "goal:g"].map((item) => ({ item, was: "" })) as unknown as BeatSnapshot["changes"];

    expect(await skip({ ...CHANGED, changes, flaps })).toBeUndefined();
  });
});
