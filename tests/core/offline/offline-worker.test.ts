/** What the built-in worker understands and says. */
import { describe, expect, test } from "bun:test";
import {
  chooseFolder,
  firstAnswer,
  foldersIn,
  lineReader,
  questionAbout,
  reportOf,
} from "../../../src/core/offline/offline-worker.ts";
import { taskOf, workerContract } from "../../../src/core/session/contract.ts";

const REPO = { branch: "main", uncommitted: 2, changed: ["M a.ts", "?? b.ts"], ahead: 0, behind: 0 };
const found = (facts: Record<string, unknown>, folder = "/home/you/garden") => ({ folder, facts, remark: undefined });

/** Reads from `pieces`, then from an input that has ended. */
function reader(...pieces: string[]): () => string | undefined {
  return lineReader(() => pieces.shift() ?? "");
}

/** The answer among `lines` (undefined is an end of input), and what was said on the way. */
function answer(...lines: (string | undefined)[]): { answer: string | undefined; said: string[] } {
  const said: string[] = [];
  return {
    answer: firstAnswer(
      () => lines.shift(),
      (text) => said.push(text.trim()),
    ),
    said,
  };
}

describe("taskOf()", () => {
  test("is what follows the contract, rules of its own included", () => {
    const contract = workerContract({ id: "x", session: "looop-x", runner: "offline", dataDir: "/data" });
    expect(taskOf(`${contract}\nLook.\n---\nAgain.\n`)).toBe("Look.\n---\nAgain.");
  });
});

describe("foldersIn()", () => {
  const tasks: [title: string, task: string, want: string[]][] = [
    ["nothing", "look around", []],
    ["an absolute path in a sentence", "Look at /srv/app, please.", ["/srv/app"]],
    ["a home path and a relative one", "~/a or ./b/../c?", ["~/a", "./b/../c"]],
    ["the parent folder", "Look at ../", ["../"]],
    ["a JSON string with spaces and quotes", 'in "/a b/it\'s \\"odd\\"\\n$(x)"', ['/a b/it\'s "odd"\n$(x)']],
    ["a path in parentheses or backquotes", "(/a) `/b`", ["/a", "/b"]],
    ["no option, address, date or fraction", "--x=/a https://x.org/y 1/2 and/or", []],
    ["not the root alone, which a stray slash is", "a / b", []],
    ["no quotation that is no JSON", 'say "/a\\q"', []],
  ];
  test.each(tasks)("finds %s", (_title, task, want) => {
    expect(foldersIn(task)).toEqual(want);
  });
});

describe("chooseFolder()", () => {
  test("takes the first that is there, and says nothing about it", () => {
    expect(chooseFolder(["/no", "/yes"], (name) => name === "/yes", ".")).toEqual({
      folder: "/yes",
      remark: undefined,
    });
  });

  test("says why it is none of them", () => {
    expect([chooseFolder([], () => true, "."), chooseFolder(["/no"], () => false, ".")]).toEqual([
      { folder: ".", remark: "the task names no folder, so it is where the worker began" },
      { folder: ".", remark: 'there is no folder "/no", so it is where the worker began' },
    ]);
  });
});

describe("questionAbout()", () => {
  const looks: [title: string, facts: Record<string, unknown>, want: string][] = [
    ["several changes", REPO, "2 changes on main are not committed. What shall become of them?"],
    ["one change", { ...REPO, uncommitted: 1 }, "1 change on main is not committed. What shall become of it?"],
    ["unpushed commits", { ...REPO, uncommitted: 0, ahead: 3 }, "main has 3 not pushed. What shall become of them?"],
    ["nothing", { ...REPO, uncommitted: 0 }, "Nothing is unfinished on main. What comes next?"],
    [
      "a folder",
      { entries: 1, newest: "a.txt", names: ["a.txt"] },
      "garden has 1 entry, the newest is a.txt. What shall become of it?",
    ],
  ];
  test.each(looks)("asks about %s", (_title, facts, want) => {
    expect(questionAbout(found(facts))).toBe(want);
  });

  test("is one clean line whatever the branch is called", () => {
    const question = questionAbout(found({ ...REPO, branch: "a\u001b[31m\nb" }));
    expect(question).toBe("2 changes on a b are not committed. What shall become of them?");
  });
});

test("reportOf() says what wrote it, what was asked of it, and what it saw", () => {
  expect(reportOf("try", "Look\nat it", found(REPO), "2026-01-02 09:30")).toBe(
    `# try, 2026-01-02 09:30

Written by looop's offline worker: rules, not a model.

Task: Look at it
Looked at: /home/you/garden

Branch main at no commit yet.
Not committed: 2. Not pushed: 0. Not pulled: 0.

- M a.ts
- ?? b.ts
`,
  );
});

describe("lineReader()", () => {
  const inputs: [title: string, pieces: string[], want: (string | undefined)[]][] = [
    ["a line at a time", ["one\n", "two\n"], ["one", "two", undefined]],
    ["several lines of one piece", ["one\ntwo\n"], ["one", "two", undefined]],
    ["a line in several pieces", ["o", "ne\n"], ["one", undefined]],
    ["what Enter sends to a raw terminal", ["one\rtwo\r\nthree\r"], ["one", "two", "three", undefined]],
    ["a line that the end of input ends", ["one"], ["one", undefined]],
  ];
  test.each(inputs)("reads %s", (_title, pieces, want) => {
    const line = reader(...pieces);
    expect(want.map(() => line())).toEqual(want);
  });

  test("goes on behind an end, as a terminal does after Ctrl-D", () => {
    const line = reader("", "yes\n");
    expect([line(), line()]).toEqual([undefined, "yes"]);
  });
});

describe("firstAnswer()", () => {
  test("is the first line with something in it, without what a terminal would act on", () => {
    expect(answer("", " \u001b[A ", "\u001b[31mkeep\u0007 them ")).toEqual({
      answer: "keep them",
      said: Array(2).fill("An empty line is no answer. The question stands."),
    });
  });

  test("survives an end of input, but not three in a row", () => {
    expect(answer(undefined, undefined, "", undefined, "yes").answer).toBe("yes");
    expect(answer(undefined, undefined, undefined, "late").answer).toBeUndefined();
  });

  test("takes no line that the terminal has cut", () => {
    const { answer: got, said } = answer("ü".repeat(2_048), "short");
    expect(got).toBe("short");
    expect(said[0]).toContain("was cut");
  });
});
