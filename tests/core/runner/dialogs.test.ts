import { expect, test } from "bun:test";
import { DIALOGS, findDialog } from "../../../src/core/runner/dialogs.ts";
import { CLIS } from "../../support/model/agent-clis.ts";

test("DIALOGS names releases that the tests run", () => {
  const releases = CLIS.map(({ name, version }) => `${name} ${version}`);
  expect(DIALOGS.filter(({ runner, version }) => !releases.includes(`${runner} ${version}`))).toEqual([]);
});

test("findDialog() finds each dialog by its words, whatever blanks and lines are between them", () => {
  for (const { runner, words, at, asks } of DIALOGS) {
    const shown = `…\n${words.map((it) => it.replaceAll(" ", "\n  ")).join(" or ")}\n`;
    expect(findDialog(`X=1 ${runner} --option`, shown)).toEqual({ at, asks });
  }
});

test("findDialog() needs all words of a dialog, and the program that shows it", () => {
  expect(findDialog("claude", "Yes, I trust this folder")).toBeUndefined();
  expect(findDialog("my-wrapper", "Yes, I trust this folder. Enter to confirm")).toBeUndefined();
});
