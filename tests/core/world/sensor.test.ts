import { describe, expect, test } from "bun:test";
import { bytesOf, utf8 } from "../../../src/core/text.ts";
import {
  intervalMs,
  isFailure,
  type LastReading,
  planSensors,
  readingOfRun,
  refusedReading,
  type SensorFile,
  type SensorRun,
} from "../../../src/core/world/sensor.ts";

const NOW = 1_000_000_000;
const MAKER = { file: "a.sh", sha256: "d1" };
const EVERY_MINUTE = "#!/bin/sh\n# looop:interval=60\n";

function file(name: string, more: Partial<SensorFile> = {}): SensorFile {
  return { file: name, executable: true, mtimeMs: NOW - 900_000, head: "", digest: "d1", ...more };
}

/** The planned steps when `last` is the last reading of the sensor `a`. */
function steps(sensors: SensorFile[], last?: Partial<LastReading>): string[] {
  const readings = new Map(
    last === undefined ? [] : [["a", { mtimeMs: NOW - 1_000, failed: false, maker: MAKER, ...last }]],
  );
  return planSensors(sensors, readings, NOW).map(({ name, step }) => `${step} ${name}`);
}

describe("planSensors()", () => {
  const names: [title: string, sensors: SensorFile[], want: string[]][] = [
    [
      "runs every executable, under its name without .sh",
      [file("a.sh"), file("b.py"), file("c")],
      ["run a", "run b.py", "run c"],
    ],
    ["refuses a script that is not executable", [file("a.sh", { executable: false })], ["refuse a"]],
    ["ignores other files that are not executable", [file("notes.md", { executable: false })], []],
    ["keeps .sh in a name when the short one is taken", [file("a"), file("a.sh")], ["run a", "run a.sh"]],
    [
      "ignores files that are not sensors when it names one",
      [file("a", { executable: false }), file("a.sh")],
      ["run a"],
    ],
    ["removes .sh from a name only once", [file("x.sh.sh")], ["run x.sh"]],
  ];
  test.each(names)("planSensors() %s", (_title, sensors, want) => {
    expect(steps(sensors)).toEqual(want);
  });

  const ages: [title: string, head: string, last: Partial<LastReading> | undefined, want: string][] = [
    ["runs a sensor without an interval", "", {}, "run a"],
    ["keeps a reading younger than the interval", EVERY_MINUTE, {}, "keep a"],
    ["runs a sensor without a reading", EVERY_MINUTE, undefined, "run a"],
    ["runs a sensor whose reading is as old as the interval", EVERY_MINUTE, { mtimeMs: NOW - 60_000 }, "run a"],
    ["keeps a reading one millisecond younger", EVERY_MINUTE, { mtimeMs: NOW - 59_999 }, "keep a"],
    ["runs a sensor that failed", EVERY_MINUTE, { failed: true }, "run a"],
    ["runs a sensor whose reading is from the future", EVERY_MINUTE, { mtimeMs: NOW + 1 }, "run a"],
    ["runs a sensor whose reading another script made", EVERY_MINUTE, { maker: { ...MAKER, sha256: "d2" } }, "run a"],
    [
      "runs a sensor whose reading the same script made under another name",
      EVERY_MINUTE,
      { maker: { ...MAKER, file: "b" } },
      "run a",
    ],
    ["runs a sensor whose reading has no known maker", EVERY_MINUTE, { maker: undefined }, "run a"],
    ["runs a sensor whose script is newer than its reading", EVERY_MINUTE, { mtimeMs: NOW - 900_001 }, "run a"],
  ];
  test.each(ages)("planSensors() %s", (_title, head, last, want) => {
    expect(steps([file("a.sh", { head })], last)).toEqual([want]);
  });
});

describe("intervalMs()", () => {
  const cases: [head: string, want: number | undefined][] = [
    ["#!/bin/sh\n# looop:interval=300\n", 300_000],
    ["#!/usr/bin/env node\n// looop:interval=5\n", 5_000],
    ["-- looop:interval=7", 7_000],
    [";; looop:interval=7", 7_000],
    ["##looop:interval=7  ", 7_000],
    ["# looop:interval=0", 0],
    ["# looop:interval=-5", undefined],
    ["# looop:interval=1.5", undefined],
    ["# looop:interval=5m", undefined],
    ["echo looop:interval=5", undefined],
    ["# see looop:interval=5", undefined],
    [`${"#\n".repeat(19)}# looop:interval=5`, 5_000],
    [`${"#\n".repeat(20)}# looop:interval=5`, undefined],
  ];
  test.each(cases)("intervalMs() of %p is %p", (head, want) => {
    expect(intervalMs(head)).toBe(want);
  });
});

describe("readingOfRun()", () => {
  const run = (more: Partial<SensorRun> = {}): SensorRun => ({
    stdout: bytesOf("out"),
    printedBytes: 3,
    stderr: bytesOf("err"),
    code: 0,
    signal: undefined,
    timedOut: false,
    ...more,
  });
  const shown = (it: SensorRun, cap?: number) => utf8(readingOfRun(it, cap, 2_000));

  test("readingOfRun() is what the sensor printed, up to the cap", () => {
    expect([shown(run()), shown(run(), 3)]).toEqual(["out", "out"]);
  });

  const failures: [title: string, run: Partial<SensorRun>, signal: unknown, message: string][] = [
    ["names an exit code", { code: 3 }, { error: true, exit_code: 3 }, "ended with exit code 3"],
    [
      "names a signal, as a shell counts it",
      { code: undefined, signal: "SIGKILL" },
      { error: true, exit_code: 137 },
      "ended with SIGKILL",
    ],
    [
      "counts a signal it does not know as 128",
      { code: undefined, signal: "SIGUSR1" },
      { error: true, exit_code: 128 },
      "ended with SIGUSR1",
    ],
    ["names a time limit", { timedOut: true, code: 0 }, { error: true, exit_code: 124 }, "timed out after 2 s"],
  ];
  test.each(failures)("readingOfRun() of a failure %s", (_title, more, signal, message) => {
    expect(JSON.parse(shown(run(more)))).toEqual({ signal, detail: { message, stderr: "err" } });
  });

  test("readingOfRun() past the cap has a signal that does not depend on the size", () => {
    const [one, other] = [4, 5].map((printedBytes) => JSON.parse(shown(run({ printedBytes }), 3)));

    expect([one.signal, one.detail.bytes]).toEqual([{ error: "too-large", cap: 3 }, 4]);
    expect(other.signal).toEqual(one.signal);
  });

  test("readingOfRun() keeps the end of a long stderr", () => {
    const stderr = bytesOf(`${"x".repeat(5_000)}end`);

    expect(JSON.parse(shown(run({ code: 1, stderr }))).detail.stderr).toMatch(/^x{1021}end$/);
  });

  test("isFailure() recognizes the reading of every failure", () => {
    const all = [readingOfRun(run({ code: 1 }), 3), readingOfRun(run({ printedBytes: 9 }), 3), refusedReading("no")];

    expect([...all, bytesOf('{"signal":1}')].map(isFailure)).toEqual([true, true, true, false]);
  });
});
