/** The plan of the tests: what runs on which runtime, and beside what. */
import { describe, expect, test } from "bun:test";
import { ALONE, LEFT_TO_BINARY, planOf } from "../../tools/test-plan.ts";
import { textsUnder } from "../support/golden/source-tree.ts";

const texts = new Map(textsUnder("tests").map(({ path, text }) => [`tests/${path}`, text]));

describe("planOf()", () => {
  test("planOf() puts every test file into exactly one list", () => {
    const { together, alone } = planOf("tests/e2e");
    const all = [...texts.keys()].filter((path) => path.startsWith("tests/e2e/") && path.endsWith(".test.ts"));

    expect([...together, ...alone].sort()).toEqual(all.sort());
  });

  test("planOf() leaves out the files that are left to the binary", () => {
    const { together, alone } = planOf("tests/e2e", LEFT_TO_BINARY);

    expect([...together, ...alone].filter((path) => Object.hasOwn(LEFT_TO_BINARY, path))).toEqual([]);
  });
});

test.each(Object.keys({ ...ALONE, ...LEFT_TO_BINARY }))("the plan names %s, which exists", (path) => {
  expect(texts.has(path)).toBe(true);
});

test("no file that is left to the binary drives a PTY, a socket, a terminal, another session or a signal", () => {
  const touches = /support\/session\/(?!mailbox)|support\/process\/|process\.kill\(|\.signal\(|"node:net"/;
  const needsBuilt = (text: string) => text.includes("fromSource(");
  const wrong = Object.keys(LEFT_TO_BINARY).filter((path) => {
    const text = texts.get(path) ?? "";
    return touches.test(text) && !needsBuilt(text);
  });
  expect(wrong).toEqual([]);
});
