/** Every command line: names, help, and the errors of a wrong one. */
import { describe, test } from "bun:test";
import { looop } from "../../support/program/looop.ts";

describe("looop", () => {
  test("says its version under three names", () => {
    for (const words of [["version"], ["--version"], ["-V"]]) looop(words, { stdout: /^looop \d+\.\d+\.\d+\n$/ });
  });

  test("exits 2 on an unknown command, names the nearest, and keeps stdout empty", () => {
    looop(["statsu"], {
      exit: 2,
      stderr: 'looop: Cannot read the command line: unknown command "statsu"\n  hint: Did you mean `looop status`?\n',
    });
  });

  test("exits 2 on an unknown option", () => {
    looop(["version", "--jsno"], { exit: 2, stderr: /^looop: .*--jsno.*\n {2}hint: .+\n$/ });
  });
});
