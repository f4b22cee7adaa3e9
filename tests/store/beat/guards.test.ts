import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import type { Failure } from "../../../src/core/beat/backoff.ts";
import { Guards } from "../../../src/store/beat/guards.ts";
import { files } from "../../../src/sys/files.ts";
import { dataFolder } from "../../support/program/data-folder.ts";

const NOW = 1_000_000_000;
const HOUR = 3_600_000;
const FAILURE: Failure = { atMs: NOW, failures: 2, runId: "tick-1", error: "exit 1", policy: "p" };

/** What a crash, an old version or a person may leave in a record. */
const DAMAGED = ["", "{", "[]", "null", '{"v":2}', '{"v":1}', '{"v":1,"at_ms":"x"}', "\0"];

function opened() {
  const paths = dataFolder();
  return { paths, guards: new Guards(files, paths) };
}

describe("the record of failures", () => {
  test("is none at first, then what was recorded, and none after it is cleared", () => {
    const { guards } = opened();

    expect(guards.failure("p", NOW)).toBeUndefined();
    guards.recordFailure(FAILURE);
    expect(guards.failure("q", NOW + 1)).toEqual(FAILURE);
    guards.clearFailure();
    guards.clearFailure();
    expect(guards.failure("p", NOW)).toBeUndefined();
  });

  test("keeps the usage limit that was reached, and whose it is", () => {
    const { guards } = opened();
    const limited: Failure = { ...FAILURE, limit: { runner: "claude", endMs: NOW + HOUR } };

    guards.recordFailure(limited);

    expect(guards.failure("p", NOW)).toEqual(limited);
  });

  test.each(DAMAGED)("that says %p counts as four failures from now on, and does not begin anew each time", (text) => {
    const { guards, paths } = opened();
    writeFileSync(paths.lastFailure, text);

    const assumed = guards.failure("p", NOW);

    expect(assumed).toMatchObject({ failures: 4, atMs: NOW, policy: "p" });
    expect(guards.failure("p", NOW + HOUR)).toEqual(assumed);
  });
});

describe("the record of decides", () => {
  test("holds those of the last hour", () => {
    const { guards } = opened();
    for (const at of [NOW - HOUR - 1, NOW - HOUR / 2, NOW]) guards.recordDecide(10, at);

    expect(guards.decides(10, NOW)).toEqual([NOW - HOUR / 2, NOW]);
  });

  test.each(DAMAGED)("that says %p counts as full, for an hour", (text) => {
    const { guards, paths } = opened();
    writeFileSync(paths.decides, text);

    expect(guards.decides(3, NOW)).toEqual([NOW, NOW, NOW]);
    expect(guards.decides(3, NOW + HOUR - 1)).toHaveLength(3);
    expect(guards.decides(3, NOW + HOUR)).toEqual([]);
  });
});

describe("the mark of a decide under way", () => {
  test("is there from its begin to its end, with its runner once that is known", () => {
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

  test.each(DAMAGED)("that says %p is a decide that was cut off, and nobody's process", (text) => {
    const { guards, paths } = opened();
    writeFileSync(paths.deciding, text);

    expect(guards.interrupted()).toEqual({ runId: "unknown", runner: undefined });
  });
});
