import { describe, expect, test } from "bun:test";
import { folderReading, parseStatus, repoReading } from "../../../src/core/history/git-status.ts";

const records = (...lines: string[]) => lines.map((line) => `${line}\0`).join("");
const HASH = "0123456789abcdef0123456789abcdef01234567";

describe("parseStatus()", () => {
  test("parseStatus() reads the branch, the commit, the upstream and the distance to it", () => {
    const state = parseStatus(
      records(`# branch.oid ${HASH}`, "# branch.head main", "# branch.upstream origin/main", "# branch.ab +2 -13"),
    );
    expect(state).toEqual({ branch: "main", commit: HASH, upstream: "origin/main", ahead: 2, behind: 13, changed: [] });
  });

  const changed: [title: string, record: string[], want: string[]][] = [
    ["a file changed in the work tree", [`1 .M N... 100644 100644 100644 ${HASH} ${HASH} a b.ts`], ["M a b.ts"]],
    ["a file added to the index and changed again", [`1 AM N... 000000 100644 100644 ${HASH} ${HASH} x`], ["AM x"]],
    ["a rename as one change", [`2 R. N... 1 1 1 ${HASH} ${HASH} R100 new`, "old"], ["R new"]],
    ["a conflict", [`u UU N... 1 1 1 1 ${HASH} ${HASH} ${HASH} both.ts`], ["UU both.ts"]],
    ["an unknown file", ["? notes.txt"], ["?? notes.txt"]],
    ["a name that looks like a record", ["? # branch.head evil"], ["?? # branch.head evil"]],
    ["a name with a newline", ["? two\nlines"], ["?? two\nlines"]],
    ["nothing from ignored files and unknown records", ["! ignored", "z strange"], []],
  ];
  test.each(changed)("parseStatus() lists %s", (_title, record, want) => {
    expect(parseStatus(records(...record)).changed).toEqual(want);
  });

  test("parseStatus() leaves out a missing branch and a missing commit", () => {
    const detached = parseStatus(records(`# branch.oid ${HASH}`, "# branch.head (detached)"));
    const unborn = parseStatus(records("# branch.oid (initial)", "# branch.head main"));
    expect([detached.branch, unborn.commit]).toEqual([undefined, undefined]);
  });
});

describe("repoReading()", () => {
  test("repoReading() is small and printable whatever the number and the names of the files", () => {
    const changed = Array.from({ length: 5_000 }, (_, at) => `?? \u001b[31m${at}\n${"x".repeat(5_000)}`);
    const reading = repoReading(
      { branch: "main", commit: HASH, upstream: undefined, ahead: 0, behind: 0, changed },
      "/r",
    );
    const text = JSON.stringify(reading);
    expect(reading.signal.uncommitted).toBe(5_000);
    expect(text.length).toBeLessThan(2_000);
    expect(text).not.toContain("u001b");
  });
});

describe("folderReading()", () => {
  test("folderReading() names the newest first, and sorts equal ages by name", () => {
    const entries = [
      { name: "b", mtimeMs: 1 },
      { name: "new", mtimeMs: 5 },
      { name: "a", mtimeMs: 1 },
    ];
    const { signal, detail } = folderReading(entries, "/f", null);
    expect(signal).toEqual({ entries: 3, newest: "new", newest_at: "1970-01-01T00:00:00.005Z" });
    expect(detail.names).toEqual(["new", "a", "b"]);
  });

  test("folderReading() of an empty folder names no file", () => {
    expect(folderReading([], "/f", "x").signal).toEqual({ entries: 0, newest: null, newest_at: null });
  });
});
