import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { removeTemporaryFiles } from "../../src/store/temporary-files.ts";
import { files } from "../../src/sys/files.ts";
import { dataFolder } from "../support/program/data-folder.ts";

test("removeTemporaryFiles() removes files that a killed writer left an hour ago, and nothing else", () => {
  const paths = dataFolder();
  mkdirSync(paths.goals);
  const old = ["a.md.12.0.tmp", "mine.tmp", "a.12.tmp", "a.md"];
  for (const name of [...old, "b.md.12.0.tmp"]) writeFileSync(join(paths.goals, name), "");
  for (const name of old) utimesSync(join(paths.goals, name), 0, 0);
  symlinkSync("runs/gone/output.log", join(paths.data, "tick.log.12.0.tmp"));

  removeTemporaryFiles(files, paths, [], Date.now());

  expect(readdirSync(paths.goals).sort()).toEqual(["a.12.tmp", "a.md", "b.md.12.0.tmp", "mine.tmp"]);
  expect(readdirSync(paths.data)).toEqual(["goals"]);
});
