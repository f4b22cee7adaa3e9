import { describe, expect, test } from "bun:test";
import type { Failure } from "../../../src/core/beat/backoff.ts";
import { heldBy } from "../../../src/loop/hold/skip.ts";

const NOW = 1_000_000_000;
const MINUTE = 60_000;
const FAILURE: Failure = { atMs: NOW, failures: 3, runId: "r", error: "e", policy: "p" };

describe("heldBy()", () => {
  const cases: [
    title: string,
    failure: Failure | undefined,
    decides: number[],
    cap: number,
    want: [number, RegExp] | undefined,
  ][] = [
    ["is nothing when nothing holds", undefined, [NOW], 2, undefined],
    ["names the failures in a row", FAILURE, [], 2, [4 * MINUTE, /^the last 3 beats failed: /]],
    [
      "names the cap",
      undefined,
      [NOW - MINUTE],
      1,
      [59 * MINUTE, /^1 decides in the last hour \(LOOOP_MAX_DECIDES_PER_HOUR\)$/],
    ],
    ["names what holds longer", FAILURE, [NOW - MINUTE], 1, [59 * MINUTE, /LOOOP_MAX_DECIDES_PER_HOUR/]],
    ["names the failures when the cap is over sooner", FAILURE, [NOW - 59 * MINUTE], 1, [4 * MINUTE, /failed/]],
  ];
  test.each(cases)("%s", (_title, failure, decides, cap, want) => {
    const held = heldBy(failure, "p", decides, cap, NOW);

    expect(held && [held.untilMs - NOW, held.reason]).toEqual(want && [want[0], expect.stringMatching(want[1])]);
  });
});
