/** The texts that the offline worker reads and writes. */
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

/** A line reader over `pieces`, then over an input that has ended. */
function reader(...pieces: string[]): () => string | undefined {
  return lineReader(() => pieces.shift() ?? "");
}

/** The answer among `lines` (undefined is an end of input), and the remarks on the lines before it. */
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
  test("taskOf() returns all that follows the contract, lines of dashes included", () => {
    const contract = workerContract({ id: "x", session: "looop-x", runner: "offline", dataDir: "/data" });
    expect(taskOf(`${contract}\nLook.\n---\nAgain.\n`)).toBe("Look.\n---\nAgain.");
  });
});

describe("foldersIn()", () => {
  const tasks: [title: string, task: string, want: string[]][] = [
    ["nothing in a task without a path", "look around", []],
    ["an absolute path in a sentence", "Look at /srv/app, please.", ["/srv/app"]],
    ["a home path and a relative one", "~/a or ./b/../c?", ["~/a", "./b/../c"]],
    ["the parent folder", "Look at ../", ["../"]],
    ["a JSON string with spaces and quotes", 'in "/a b/it\'s \\"odd\\"\\n$(x)"', ['/a b/it\'s "odd"\n$(x)']],
    ["a path in parentheses or backquotes", "(/a) `/b`", ["/a", "/b"]],
    ["no option, address, date or fraction", "--x=/a https://x.org/y 1/2 and/or", []],
    ["no root folder, which may be a stray slash", "a / b", []],
    ["no quoted text that is not a JSON string", 'say "/a\\q"', []],
  ];
  test.each(tasks)("foldersIn() finds %s", (_title, task, want) => {
    expect(foldersIn(task)).toEqual(want);
  });
});

describe("chooseFolder()", () => {
  test("chooseFolder() takes the first folder that exists, without a remark", () => {
    expect(chooseFolder(["/no", "/yes"], (name) => name === "/yes", ".")).toEqual({
      folder: "/yes",
      remark: undefined,
    });
  });

  test("chooseFolder() says why it takes the folder where the worker began", () => {
    expect([chooseFolder([], () => true, "."), chooseFolder(["/no"], () => false, ".")]).toEqual([
      { folder: ".", remark: "the task names no folder, so it is where the worker began" },
      { folder: ".", remark: 'there is no folder "/no", so it is where the worker began' },
    ]);
  });
});

describe("questionAbout()", () => {
  const looks: [title: string, facts: Record<string, unknown>, want: string][] = [
    ["several changes", REPO, "2 changes on main are not committed. What should happen to them?"],
    ["one change", { ...REPO, uncommitted: 1 }, "1 change on main is not committed. What should happen to it?"],
    ["unpushed commits", { ...REPO, uncommitted: 0, ahead: 3 }, "main has 3 not pushed. What should happen to them?"],
    [
      "what comes next when nothing is unfinished",
      { ...REPO, uncommitted: 0 },
      "Nothing is unfinished on main. What comes next?",
    ],
    [
      "a folder",
      { entries: 1, newest: "a.txt", names: ["a.txt"] },
      "garden has 1 entry, the newest is a.txt. What should happen to it?",
    ],
  ];
  test.each(looks)("questionAbout() asks about %s", (_title, facts, want) => {
    expect(questionAbout(found(facts))).toBe(want);
  });

  test("questionAbout() is one printable line whatever the branch is called", () => {
    const question = questionAbout(found({ ...REPO, branch: "a\u001b[31m\nb" }));
    expect(question).toBe("2 changes on a b are not committed. What should happen to them?");
  });
});

test("reportOf() names its author, the task, the folder and what the worker found", () => {
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
    [
      "lines that end as Enter ends them on a raw terminal",
      ["one\rtwo\r\nthree\r"],
      ["one", "two", "three", undefined],
    ],
    ["a line that the end of input ends", ["one"], ["one", undefined]],
  ];
  test.each(inputs)("lineReader() reads %s", (_title, pieces, want) => {
    const line = reader(...pieces);
    expect(want.map(() => line())).toEqual(want);
  });

  test("lineReader() goes on after an end of input, as a terminal does after Ctrl-D", () => {
    const line = reader("", "yes\n");
    expect([line(), line()]).toEqual([undefined, "yes"]);
  });
});

describe("firstAnswer()", () => {
  test("firstAnswer() is the first line that is not blank, without control characters", () => {
    expect(answer("", " \u001b[A ", "\u001b[31mkeep\u0007 them ")).toEqual({
      answer: "keep them",
      said: Array(2).fill("An empty line is not an answer. The question stands."),
    });
  });

  test("firstAnswer() gives up after three ends of input in a row", () => {
    expect(answer(undefined, undefined, "", undefined, "yes").answer).toBe("yes");
    expect(answer(undefined, undefined, undefined, "late").answer).toBeUndefined();
  });

  test("firstAnswer() refuses a line that the terminal has cut", () => {
    const { answer: got, said } = answer("ü".repeat(2_048), "short");
    expect(got).toBe("short");
    expect(said[0]).toContain("was cut");
  });
});
