import { describe, expect, test } from "bun:test";
import { bundled, isRecorded, packages, page, problems, tree } from "../../tools/audit-deps.ts";
import { matchesFile } from "../support/golden/golden.ts";

describe("the audit of what is in the binary", () => {
  test("finds nothing wrong: pinned, locked, installed as locked, and nothing else in the bundle", async () => {
    expect(problems(packages(), await bundled())).toEqual([]);
  });

  test("the audit prints docs/dependencies.md", () => {
    matchesFile("docs/dependencies.md", page(packages()));
  });

  test("names a package that the bundle has without leave, and one that nothing uses", () => {
    const [one] = packages();
    if (one === undefined) throw new Error("there is no package");

    expect(problems([one], new Map([["left-pad", 9]]))).toEqual([
      "left-pad: it is in the bundle, not in package.json",
      `${one.name}: it is in package.json, not in the bundle`,
    ]);
    expect(problems([{ ...one, problems: ["its licence is GPL-3.0"] }], new Map([[one.name, 9]]))).toEqual([
      `${one.name}: its licence is GPL-3.0`,
    ]);
  });

  test("lists packages that packages bring, however deep, each once", () => {
    const brings: Record<string, Record<string, string>> = {
      a: { b: "1", c: "1" },
      b: { c: "^1" },
      c: { a: "1", d: "1" },
    };
    expect([...tree({ a: "1.0.0" }, (name) => brings[name] ?? {})]).toEqual([
      ["a", []],
      ["b", ["a"]],
      ["c", ["a", "b"]],
      ["d", ["c"]],
    ]);
  });

  test("knows no package that is not recorded", () => {
    expect([isRecorded("valibot"), isRecorded("left-pad"), isRecorded("toString")]).toEqual([true, false, false]);
  });
});
