import { describe, expect, test } from "bun:test";
import type { Worker } from "../../../src/core/session/session.ts";
import { bytesOf } from "../../../src/core/text.ts";
import {
  changeLine,
  diffWorlds,
  type Observed,
  policyDigest,
  wakeSignal,
  withoutItems,
  worldOf,
} from "../../../src/core/world/world.ts";
import { sha256 } from "../../../src/sys/ffi/hash.ts";

const WORKER: Worker = {
  id: "w",
  key: "w 1",
  state: "running",
  alive: true,
  finished: false,
  exitCode: undefined,
  endedBy: undefined,
  note: undefined,
  flaggedAtMs: undefined,
  status: "running",
  tail: "",
};

type Texts = Readonly<Record<string, string>>;

function world({ playbook = "", goals = {}, readings = {}, workers = [] }: Input = {}) {
  const documents = (texts: Texts) => Object.entries(texts).map(([id, text]) => ({ id, bytes: bytesOf(text) }));
  const observed: Observed = {
    playbook: bytesOf(playbook),
    goals: documents(goals),
    readings: documents(readings),
    workers: workers.map((worker) => ({ ...WORKER, ...worker })),
  };
  return worldOf(observed, sha256);
}

interface Input {
  readonly playbook?: string;
  readonly goals?: Texts;
  readonly readings?: Texts;
  readonly workers?: readonly Partial<Worker>[];
}

describe("worldOf()", () => {
  const same: [title: string, one: Input, other: Input][] = [
    [
      "the order of keys",
      { readings: { a: '{"x":1,"y":[{"b":1,"a":2}]}' } },
      { readings: { a: '{"y":[{"a":2,"b":1}],"x":1}' } },
    ],
    ["white space in JSON", { readings: { a: '{ "x" : 1 }\n' } }, { readings: { a: '{"x":1}' } }],
    [
      "the fields next to a signal",
      { readings: { a: '{"signal":1,"detail":2}' } },
      { readings: { a: '{"detail":3,"signal":1,"age":9}' } },
    ],
    ["the order of workers", { workers: [{ id: "a" }, { id: "b" }] }, { workers: [{ id: "b" }, { id: "a" }] }],
    ["a worker's transcript", { workers: [{ tail: "a" }] }, { workers: [{ tail: "b" }] }],
  ];
  test.each(same)("the hash of worldOf() does not depend on %s", (_title, one, other) => {
    expect(world(one).hash).toBe(world(other).hash);
  });

  const different: [title: string, one: Input, other: Input][] = [
    ["text that moves between goals", { goals: { a: "1", b: "" } }, { goals: { a: "", b: "1" } }],
    ["a goal whose text imitates another", { goals: { a: "x\n6:goal:b=", b: "" } }, { goals: { a: "x", b: "" } }],
    ["an empty goal from a missing one", { goals: { a: "" } }, {}],
    ["a goal from a reading of that name", { goals: { a: "1" } }, { readings: { a: "1" } }],
    ["a reading that is a number from one that is its text", { readings: { a: "1" } }, { readings: { a: '"1"' } }],
    ["a reading from the text that looop makes of another", { readings: { a: "1" } }, { readings: { a: "json:1" } }],
    ["a signal of null from a missing one", { readings: { a: '{"signal":null}' } }, { readings: { a: "{}" } }],
    ["a broken reading from another", { readings: { a: "{" } }, { readings: { a: "{ " } }],
    ["long numbers", { readings: { a: "12345678901234567891" } }, { readings: { a: "12345678901234567892" } }],
    ["a note", { workers: [{ note: "a" }] }, { workers: [{ note: "b" }] }],
    ["the note null from a missing one", { workers: [{ note: "null" }] }, { workers: [{}] }],
    ["an empty note from a missing one", { workers: [{ note: "" }] }, { workers: [{}] }],
    [
      "a note with a newline from two workers",
      { workers: [{ note: "a\nx running" }] },
      { workers: [{ note: "a" }, { id: "x" }] },
    ],
    [
      "a worker's exit codes",
      { workers: [{ state: "exited", exitCode: 0 }] },
      { workers: [{ state: "exited", exitCode: 1 }] },
    ],
    [
      "a worker's end by the person from its end by itself",
      { workers: [{ state: "killed", endedBy: "person" }] },
      { workers: [{ state: "killed", endedBy: "self" }] },
    ],
    ["__proto__ as a key", { readings: { a: '{"__proto__":1}' } }, { readings: { a: '{"__proto__":2}' } }],
  ];
  test.each(different)("the hash of worldOf() tells apart %s", (_title, one, other) => {
    expect(world(one).hash).not.toBe(world(other).hash);
  });
});

describe("wakeSignal()", () => {
  const cases: [title: string, reading: string, want: string][] = [
    ["is the signal", '{"signal":{"b":1,"a":2},"detail":3}', '{"a":2,"b":1}'],
    ["is the whole reading without one", '{"b":1,"a":2}', '{"a":2,"b":1}'],
    ["keeps the order of a list", "[3,1,2]", "[3,1,2]"],
    ["is the whole list even when an item of it has a signal", '[{"signal":1}]', '[{"signal":1}]'],
    ["keeps every digit", '{"signal":-12345678901234567890}', "-12345678901234567890"],
    ["keeps fractions and powers as numbers", '{"signal":[1.50,1e3]}', "[1.5,1000]"],
  ];
  test.each(cases)("wakeSignal() %s", (_title, reading, want) => {
    expect(wakeSignal(bytesOf(reading))).toBe(want);
  });

  test("wakeSignal() is the bytes of a reading that is not JSON", () => {
    expect(wakeSignal(new Uint8Array([0xff, 0]))).toEqual(new Uint8Array([0xff, 0]));
  });

  test("wakeSignal() is the bytes of a reading that is nested too deeply", () => {
    const deep = bytesOf("[".repeat(100_000) + "]".repeat(100_000));

    expect(wakeSignal(deep)).toBe(deep);
  });
});

describe("diffWorlds()", () => {
  const cases: [title: string, was: Input, now: Input, want: string[]][] = [
    ["is empty for equal worlds", { goals: { a: "1" } }, { goals: { a: "1" } }, []],
    ["names a new goal", {}, { goals: { a: "1" } }, ["+ goal:a appeared"]],
    ["names a removed goal", { goals: { a: "1" } }, {}, ["- goal:a is gone"]],
    ["names an edited goal, without its text", { goals: { a: "1" } }, { goals: { a: "2" } }, ["~ goal:a edited"]],
    ["names the PLAYBOOK", { playbook: "1" }, { playbook: "2" }, ["~ playbook edited"]],
    [
      "shows both signals",
      { readings: { a: '{"signal":1}' } },
      { readings: { a: '{"signal":2}' } },
      ["~ snap:a: 1 → 2"],
    ],
    [
      "shows a worker's states",
      { workers: [{}] },
      { workers: [{ state: "exited", status: "exited, exit 0" }] },
      ["~ worker:w: running → exited, exit 0"],
    ],
    [
      "removes control characters",
      { readings: { a: "x" } },
      { readings: { a: "\u001b[2Jy\nz" } },
      ["~ snap:a: x → y z"],
    ],
    ["is sorted by name", { readings: { b: "1", a: "1" } }, {}, ["- snap:a is gone", "- snap:b is gone"]],
  ];
  test.each(cases)("diffWorlds() %s", (_title, was, now, want) => {
    expect(diffWorlds(world(was), world(now)).map(changeLine)).toEqual(want);
  });

  test("diffWorlds() cuts long values", () => {
    const [change] = diffWorlds(world({ readings: { a: "x" } }), world({ readings: { a: "y".repeat(10_000) } }));

    expect(change?.now).toHaveLength(240);
  });
});

describe("withoutItems()", () => {
  test("withoutItems() equals a world that never had the items", () => {
    const all = world({ goals: { a: "1" }, workers: [{}] });

    expect(withoutItems(all, new Set(["worker:w"]), sha256)).toEqual(world({ goals: { a: "1" } }));
  });
});

describe("policyDigest()", () => {
  const base: Input = { playbook: "p", goals: { a: "1" }, readings: { r: "1" }, workers: [{}] };
  const cases: [title: string, same: boolean, change: Input][] = [
    ["changes with the PLAYBOOK", false, { playbook: "q" }],
    ["changes with a goal", false, { goals: { a: "2" } }],
    ["changes with a new goal", false, { goals: { a: "1", b: "" } }],
    ["does not change with a reading", true, { readings: { r: "2" } }],
    ["does not change with the workers", true, { workers: [] }],
  ];
  test.each(cases)("policyDigest() %s", (_title, same, change) => {
    const [one, other] = [base, { ...base, ...change }].map((input) => policyDigest(world(input), sha256));
    expect(one === other).toBe(same);
  });
});
