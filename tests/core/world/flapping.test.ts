import { describe, expect, test } from "bun:test";
import {
  FLAP_WAKE_MS,
  FLAPPING,
  type Flaps,
  flapping,
  heldForFlapping,
  nextFlaps,
  wokenBy,
} from "../../../src/core/world/flapping.ts";

/** The items of a world whose readings have these digests; "" is "no reading". */
function items(readings: Record<string, string>) {
  const entries = Object.entries(readings).filter(([, digest]) => digest !== "");
  return Object.fromEntries(entries.map(([name, digest]) => [`snap:${name}`, { digest, shown: "" }]));
}

/** The streak of the sensor `ci` after beats in which it read these. */
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
    ["takes one off for a beat without", ["a", "b", "c", "c"], 1],
    ["is never below 0", ["a", "a", "a"], 0],
    ["counts a reading that comes and goes", ["a", "", "a", "", "a", ""], 5],
    ["forgets a sensor that is gone for good", ["a", ""].concat(["", ""]), undefined],
    ["is bounded", Array.from({ length: 100 }, (_, at) => `${at}`), 20],
  ];
  test.each(runs)("%s", (_title, digests, streak) => {
    expect(streakAfter(digests)).toBe(streak);
  });

  test("looks at each sensor by itself, and at sensors only", () => {
    const was = nextFlaps({}, items({ a: "1", b: "1" }));

    const now = nextFlaps(was, { ...items({ a: "2", b: "1" }), playbook: { digest: "x", shown: "" } });

    expect(now).toEqual({ a: { digest: "2", streak: 1 }, b: { digest: "1", streak: 0 } });
  });

  test("is not misled by names that objects have of their own", () => {
    expect(nextFlaps({}, items({ constructor: "1" }))).toEqual({ constructor: { digest: "1", streak: 0 } });
  });

  test("lets a sensor that was mended wake at once when it flaps again", () => {
    const calm = nextFlaps({ ci: { digest: "a", streak: FLAPPING, wokeMs: 9 } }, items({ ci: "a" }));

    expect(calm["ci"]).toEqual({ digest: "a", streak: FLAPPING - 1 });
  });
});

describe("flapping()", () => {
  test("is those with a streak of five or more, the worst first", () => {
    const flap = (streak: number) => ({ digest: "", streak });

    expect(flapping({ a: flap(5), b: flap(4), c: flap(9), d: flap(5) }).map(({ name }) => name)).toEqual([
      "c",
      "a",
      "d",
    ]);
  });
});

describe("heldForFlapping()", () => {
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
    ["two of them wait for the first that may wake", ["snap:noisy", "snap:worse"], NOW - 60_000 + FLAP_WAKE_MS],
    ["after 15 minutes it wakes", ["snap:rested"], undefined],
    ["the first time it flaps it wakes", ["snap:unseen"], undefined],
    ["a streak of four wakes", ["snap:calm"], undefined],
    ["another sensor wakes at once", ["snap:noisy", "snap:other"], undefined],
    ["a goal wakes at once", ["goal:x", "snap:noisy"], undefined],
    ["a clock that was set back wakes", ["snap:future"], undefined],
    ["nothing that changed holds nothing", [], undefined],
  ];
  test.each(cases)("%s", (_title, changed, until) => {
    expect(heldForFlapping(flaps, changed, NOW)).toBe(until);
  });
});

describe("wokenBy()", () => {
  test("notes the time for flapping sensors that changed, and for no other", () => {
    const flap = (streak: number) => ({ digest: "", streak });
    const flaps = { a: flap(5), b: flap(5), c: flap(1) };

    expect(wokenBy(flaps, ["snap:a", "snap:c", "goal:b"], 7)).toEqual({ ...flaps, a: { ...flap(5), wokeMs: 7 } });
  });
});
