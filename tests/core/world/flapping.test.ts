import { describe, expect, test } from "bun:test";
import {
  FLAP_WAKE_MS,
  FLAPPING,
  type Flaps,
  flapping,
  flappingHoldEndMs,
  nextFlaps,
  noteWakes,
} from "../../../src/core/world/flapping.ts";

/** The items of a world whose readings have these digests; "" means no reading. */
function items(readings: Record<string, string>) {
  const entries = Object.entries(readings).filter(([, digest]) => digest !== "");
  return Object.fromEntries(entries.map(([name, digest]) => [`snap:${name}`, { digest, shown: "" }]));
}

/** The streak of the sensor `ci` after beats with these digests. */
function streakAfter(digests: readonly string[]): number | undefined {
  let flaps: Flaps = {};
  for (const ci of digests) flaps = nextFlaps(flaps, items({ ci }));
  return flaps["ci"]?.streak;
}

describe("nextFlaps()", () => {
  const runs: [title: string, digests: string[], streak: number | undefined][] = [
    ["begins at 0", ["a"], 0],
    ["counts a change", ["a", "b"], 1],
    ["counts changes in a row", ["a", "b", "a", "b", "a", "b"], 5],
    ["goes down by one for a beat without a change", ["a", "b", "c", "c"], 1],
    ["is never below 0", ["a", "a", "a"], 0],
    ["counts a reading that comes and goes", ["a", "", "a", "", "a", ""], 5],
    ["forgets a sensor that stays away", ["a", ""].concat(["", ""]), undefined],
    ["is at most 20", Array.from({ length: 100 }, (_, at) => `${at}`), 20],
  ];
  test.each(runs)("the streak of nextFlaps() %s", (_title, digests, streak) => {
    expect(streakAfter(digests)).toBe(streak);
  });

  test("nextFlaps() counts each sensor separately, and only sensors", () => {
    const was = nextFlaps({}, items({ a: "1", b: "1" }));

    const now = nextFlaps(was, { ...items({ a: "2", b: "1" }), playbook: { digest: "x", shown: "" } });

    expect(now).toEqual({ a: { digest: "2", streak: 1 }, b: { digest: "1", streak: 0 } });
  });

  test("nextFlaps() accepts a sensor with the name of an object's property", () => {
    expect(nextFlaps({}, items({ constructor: "1" }))).toEqual({ constructor: { digest: "1", streak: 0 } });
  });

  test("nextFlaps() forgets the last wake of a repaired sensor", () => {
    const calm = nextFlaps({ ci: { digest: "a", streak: FLAPPING, wokeMs: 9 } }, items({ ci: "a" }));

    expect(calm["ci"]).toEqual({ digest: "a", streak: FLAPPING - 1 });
  });
});

describe("flapping()", () => {
  test("flapping() returns the sensors with a streak of five or more, the worst first", () => {
    const flap = (streak: number) => ({ digest: "", streak });

    expect(flapping({ a: flap(5), b: flap(4), c: flap(9), d: flap(5) }).map(({ name }) => name)).toEqual([
      "c",
      "a",
      "d",
    ]);
  });
});

describe("flappingHoldEndMs()", () => {
  const NOW = 100 * FLAP_WAKE_MS;
  const flaps: Flaps = {
    noisy: { digest: "", streak: 7, wokeMs: NOW - 60_000 },
    worse: { digest: "", streak: 7, wokeMs: NOW - 1_000 },
    rested: { digest: "", streak: 7, wokeMs: NOW - FLAP_WAKE_MS },
    unseen: { digest: "", streak: 7 },
    calm: { digest: "", streak: 4, wokeMs: NOW - 1_000 },
    future: { digest: "", streak: 7, wokeMs: NOW + 1_000 },
  };
  const cases: [title: string, changed: string[], until: number | undefined][] = [
    ["a flapping sensor alone waits out its 15 minutes", ["snap:noisy"], NOW - 60_000 + FLAP_WAKE_MS],
    [
      "two flapping sensors wait for the first that may wake",
      ["snap:noisy", "snap:worse"],
      NOW - 60_000 + FLAP_WAKE_MS,
    ],
    ["a flapping sensor wakes after 15 minutes", ["snap:rested"], undefined],
    ["a flapping sensor wakes the first time", ["snap:unseen"], undefined],
    ["a sensor with a streak of four wakes", ["snap:calm"], undefined],
    ["another sensor wakes at once", ["snap:noisy", "snap:other"], undefined],
    ["a goal wakes at once", ["goal:x", "snap:noisy"], undefined],
    ["a wake in the future does not hold", ["snap:future"], undefined],
    ["there is no hold without a change", [], undefined],
  ];
  test.each(cases)("flappingHoldEndMs(): %s", (_title, changed, until) => {
    expect(flappingHoldEndMs(flaps, changed, NOW)).toBe(until);
  });
});

describe("noteWakes()", () => {
  test("noteWakes() sets the time of flapping sensors that changed, and of no other", () => {
    const flap = (streak: number) => ({ digest: "", streak });
    const flaps = { a: flap(5), b: flap(5), c: flap(1) };

    expect(noteWakes(flaps, ["snap:a", "snap:c", "goal:b"], 7)).toEqual({ ...flaps, a: { ...flap(5), wokeMs: 7 } });
  });
});
