import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { BUN, ROOT } from "../../../tools/project.ts";

/** What both ways say about `at`, in a process of its own: a zone is read once. */
function days(TZ: string, at: string): { quick: unknown; plain: unknown } {
  const script = `
    import { localDay } from ${JSON.stringify(join(ROOT, "src/core/money/call.ts"))};
    import { dayOf } from ${JSON.stringify(join(ROOT, "src/sys/ffi/localtime.ts"))};
    const ms = Date.parse("${at}");
    console.log(JSON.stringify({ quick: await dayOf(ms), plain: localDay(ms) }));`;
  const { stdout } = spawnSync(BUN, ["-e", script], { env: { TZ }, encoding: "utf8" });
  return JSON.parse(stdout);
}

describe("dayOf()", () => {
  const cases: [title: string, zone: string, at: string, want: { date: string; from: string; to: string }][] = [
    [
      "is the UTC day in UTC",
      "UTC",
      "2026-11-22T23:59:59Z",
      { date: "2026-11-22", from: "2026-11-22T00:00:00Z", to: "2026-11-23T00:00:00Z" },
    ],
    [
      "is tomorrow in the east",
      "Asia/Tokyo",
      "2026-11-22T15:00:00Z",
      { date: "2026-11-23", from: "2026-11-22T15:00:00Z", to: "2026-11-23T15:00:00Z" },
    ],
    [
      "is yesterday in the west",
      "America/New_York",
      "2026-12-01T04:59:59Z",
      { date: "2026-11-30", from: "2026-11-30T05:00:00Z", to: "2026-12-01T05:00:00Z" },
    ],
    [
      "has 23 hours when the clocks go forward",
      "Europe/Berlin",
      "2026-03-29T12:00:00Z",
      { date: "2026-03-29", from: "2026-03-28T23:00:00Z", to: "2026-03-29T22:00:00Z" },
    ],
    [
      "has 25 hours when they go back",
      "Europe/Berlin",
      "2026-10-25T12:00:00Z",
      { date: "2026-10-25", from: "2026-10-24T22:00:00Z", to: "2026-10-25T23:00:00Z" },
    ],
    [
      "ends with the year",
      "UTC",
      "2026-12-31T10:00:00Z",
      { date: "2026-12-31", from: "2026-12-31T00:00:00Z", to: "2027-01-01T00:00:00Z" },
    ],
  ];
  test.each(cases)("%s", (_title, zone, at, want) => {
    expect(days(zone, at)).toEqual({ quick: want, plain: want });
  });
});

describe("useSystemOffset()", () => {
  const cases: [title: string, zone: string, at: string, want: string][] = [
    ["is UTC in UTC", "UTC", "2026-11-22T23:59:59Z", "2026-11-22 23:59:59 +00:00"],
    ["counts quarters of an hour", "Asia/Kathmandu", "2026-11-22T12:00:00Z", "2026-11-22 17:45:00 +05:45"],
    ["is an hour later in summer", "Europe/Berlin", "2026-07-01T12:00:00Z", "2026-07-01 14:00:00 +02:00"],
    ["goes back at the end of summer", "America/New_York", "2026-11-01T06:30:00Z", "2026-11-01 01:30:00 -05:00"],
    ["is midnight, not twenty-four", "UTC", "2026-11-22T00:00:00Z", "2026-11-22 00:00:00 +00:00"],
    ["is another day elsewhere", "Pacific/Auckland", "2026-12-31T12:00:00Z", "2027-01-01 01:00:00 +13:00"],
  ];
  test.each(cases)("%s", (_title, TZ, at, want) => {
    const script = `
      import { localClock, localDate, zone } from ${JSON.stringify(join(ROOT, "src/core/time.ts"))};
      import { useSystemOffset } from ${JSON.stringify(join(ROOT, "src/sys/ffi/localtime.ts"))};
      const ms = Date.parse("${at}");
      const say = () => console.log(localDate(ms), localClock(ms), zone(ms));
      say(); await useSystemOffset(); say();`;

    expect(spawnSync(BUN, ["-e", script], { env: { TZ }, encoding: "utf8" }).stdout).toBe(`${want}\n${want}\n`);
  });
});
