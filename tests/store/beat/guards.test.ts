import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import type { Failure } from "../../../src/core/beat/backoff.ts";
import { Guards } from "../../../src/store/beat/guards.ts";
import { files } from "../../../src/sys/files.ts";
import { dataFolder } from "../../support/program/data-folder.ts";

const NOW = 1_000_000_000;
const HOUR = 3_600_000;
const FAILURE: Failure = { atMs: NOW, failures: 2, runId: "tick-1", error: "exit 1", policy: "p" };

/** Contents that a crash, an old version or a person may leave in a record. */
const DAMAGED = ["", "{", "[]", "null", '{"v":2}', '{"v":1}', '{"v":1,"at_ms":"x"}', "\0"];

function opened() {
  const paths = dataFolder();
  return { paths, guards: new Guards(files, paths) };
}

describe("Guards.failure()", () => {
  test("returns the recorded failure until it is cleared", () => {
    const { guards } = opened();

    expect(guards.failure("p", NOW)).toBeUndefined();
    guards.recordFailure(FAILURE);
    expect(guards.failure("q", NOW + 1)).toEqual(FAILURE);
    guards.clearFailure();
    guards.clearFailure();
    expect(guards.failure("p", NOW)).toBeUndefined();
  });

  test("keeps the usage limit and its runner", () => {
    const { guards } = opened();
    const limited: Failure = { ...FAILURE, limit: { runner: "claude", endMs: NOW + HOUR } };

    guards.recordFailure(limited);

    expect(guards.failure("p", NOW)).toEqual(limited);
  });

  test.each(DAMAGED)("takes a record of %p for four failures now, once", (text) => {
    const { guards, paths } = opened();
    writeFileSync(paths.lastFailure, text);

    const assumed = guards.failure("p", NOW);

    expect(assumed).toMatchObject({ failures: 4, atMs: NOW, policy: "p" });
    expect(guards.failure("p", NOW + HOUR)).toEqual(assumed);
  });
});

describe("Guards.decides()", () => {
  test("returns the decides of the last hour", () => {
    const { guards } = opened();
    for (const at of [NOW - HOUR - 1, NOW - HOUR / 2, NOW]) guards.recordDecide(10, at);

    expect(guards.decides(10, NOW)).toEqual([NOW - HOUR / 2, NOW]);
  });

  test.each(DAMAGED)("takes a record of %p for a full hour of decides", (text) => {
    const { guards, paths } = opened();
    writeFileSync(paths.decides, text);

    expect(guards.decides(3, NOW)).toEqual([NOW, NOW, NOW]);
    expect(guards.decides(3, NOW + HOUR - 1)).toHaveLength(3);
    expect(guards.decides(3, NOW + HOUR)).toEqual([]);
  });
});

describe("Guards.interrupted()", () => {
  test("returns the decide under way from begin() to end(), with its runner once known", () => {
    const { guards } = opened();
    const runner = { pid: 7, startedAt: "8", bootId: "b" };

    expect(guards.interrupted()).toBeUndefined();
    guards.begin("tick-1", NOW);
    expect(guards.interrupted()).toEqual({ runId: "tick-1", runner: undefined });
    guards.begin("tick-1", NOW, runner);
    expect(guards.interrupted()).toEqual({ runId: "tick-1", runner });
    guards.end();
    guards.end();
    expect(guards.interrupted()).toBeUndefined();
  });

  test.each(DAMAGED)("takes a record of %p for an interrupted decide without a runner", (text) => {
    const { guards, paths } = opened();
    writeFileSync(paths.deciding, text);

    expect(guards.interrupted()).toEqual({ runId: "unknown", runner: undefined });
  });
});
