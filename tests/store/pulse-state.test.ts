import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { appendEvent } from "../../src/store/events.ts";
import { configStamp, readPulse, writePulse } from "../../src/store/pulse-state.ts";
import { clock } from "../../src/sys/clock.ts";
import { files } from "../../src/sys/files.ts";
import { dataFolder } from "../support/program/data-folder.ts";

const PROCESS = { pid: 1, startedAt: "2", bootId: "b" };

describe("writePulse()", () => {
  test("changes the given fields and keeps the others", () => {
    const paths = dataFolder();
    writePulse(files, paths, { process: PROCESS, intervalS: 60 });
    writePulse(files, paths, { beat: { atMs: 1, kind: "acted" }, intervalS: 30 });

    expect(readPulse(files, paths)).toEqual({ process: PROCESS, intervalS: 30, beat: { atMs: 1, kind: "acted" } });
  });
});

describe("readPulse()", () => {
  const cases: [text: string, want: unknown][] = [
    ["", undefined],
    ["{", undefined],
    ["[]", undefined],
    ['{"v":2,"intervalS":60}', undefined],
    ['{"v":1,"process":{"pid":1},"intervalS":"60","runner":1,"beat":{"atMs":1}}', {}],
  ];
  test.each(cases)("reads %p as %p", (text, want) => {
    const paths = dataFolder();
    writeFileSync(paths.pulse, text);

    expect(readPulse(files, paths)).toEqual(want as never);
  });
});

test("configStamp() differs after any edit, and is empty without a config", () => {
  const paths = dataFolder();
  const stamps = [configStamp(files, paths)];
  files.makeDir(dirname(paths.config));
  for (const text of ["a", "ab"]) {
    files.write(paths.config, text);
    stamps.push(configStamp(files, paths));
  }

  expect([stamps[0], new Set(stamps).size]).toEqual(["", 3]);
});

describe("appendEvent()", () => {
  test("keeps the event, its time and its version when a field has the same name", () => {
    const paths = dataFolder();
    appendEvent(files, clock, paths.events, "decided", { event: "x", ts: "y", v: 9, run_id: "r" });

    const event = JSON.parse(readFileSync(paths.events, "utf8"));
    expect(event).toEqual({ run_id: "r", event: "decided", ts: expect.stringMatching(/^\d{4}-.*Z$/), v: 1 });
  });

  test("writes one line for any fields", () => {
    const paths = dataFolder();
    appendEvent(files, clock, paths.events, "tick_failed", { error: "a\nb\u2028c" });

    expect(readFileSync(paths.events, "utf8").trimEnd().split("\n")).toHaveLength(1);
  });
});
