/** Shell commands as we read them, against bash: what it refuses, and which words it would start. */
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { modelIn } from "../../src/core/money/prices.ts";
import { firstProgram } from "../../src/core/runner/program.ts";
import { pipelinesOf } from "../../src/core/shell/parse-shell.ts";
import { simpleCommand } from "../../src/core/shell/simple-command.ts";
import { fuzz, hostileText } from "../support/faults/count-fuzz.ts";

/** Pieces of a command. Nothing here starts a program by itself: bash only ever splits them into words. */
const PIECES = [
  ..."abc- \t'\"=,.:/@%+^_",
  ..."*?[]{}~#!",
  ..."\\$`;&|<>()\n",
  "  ",
  "''",
  '""',
  "'a b'",
  '"a  b"',
  "a=b",
  "a+=b",
  "--x=y",
  "$(",
  "${",
  "$'",
  '$"',
  "<<<",
  "1>",
  "&&",
  "é",
  "漢",
  "\u00a0",
  "\u200b",
  "if",
  "{a,b}",
];
const command = fc
  .tuple(
    fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }),
    fc.array(fc.constantFrom(...PIECES.slice(0, 22), "a b", "''", '"a  b"', "é", "=", "--x=y"), { maxLength: 12 }),
    fc.boolean(),
  )
  .map(([any, tame, isTame]) => (isTame ? tame : any).join(""));

/** A function that prints each of its arguments with a NUL behind it; no other program can be found. */
const PRELUDE = "p() { printf '%s\\0' \"$@\"; }; ";

/** Bash itself: its environment names no folder to look in. */
const BASH = Bun.which("bash") ?? "bash";

function bash(script: string, isOnlyRead = false) {
  const { status, stdout } = spawnSync(BASH, ["--norc", "--noprofile", ...(isOnlyRead ? ["-n"] : [])], {
    input: script, // not as an argument: a text like `+x` would be an option
    env: { PATH: "/nonexistent", LC_ALL: "C.UTF-8" },
    cwd: "/",
    encoding: "utf8",
  });
  return { isFine: status === 0, words: stdout.split("\0").slice(0, -1) };
}

fuzz(
  "what we call one simple command, bash starts with the same words",
  command,
  (text) => {
    const words = simpleCommand(text);
    if (words === undefined) return true;
    // Run without a shell, "if" is a program's name as any other.
    if (!bash(text, true).isFine) return words[0] === "if";
    return JSON.stringify(bash(`${PRELUDE}p ${text}`).words) === JSON.stringify(words);
  },
  2,
);

fuzz(
  "words that are literal are words of bash, in the same order",
  command,
  (text) => {
    const [first, ...more] = pipelinesOf(text);
    const [stage, ...stages] = first ?? [];
    // Other white space separates words for us: we see more words than there are, never fewer.
    const isPlain =
      !/[^\S \t\n]/.test(text) &&
      more.length + stages.length === 0 &&
      stage !== undefined &&
      !/[;&|<>()`$\n#]/.test(text);
    if (!isPlain || !stage.words.every(({ isLiteral }) => isLiteral) || !bash(text, true).isFine) return true;
    return JSON.stringify(bash(`${PRELUDE}p ${text}`).words) === JSON.stringify(stage.words.map((word) => word.text));
  },
  2,
);

fuzz("any text has a first program and a model, or none, and ends", hostileText, (text) => {
  const [program, model] = [firstProgram(text), modelIn(text)];
  return (
    program !== "" && (program === undefined || !program.includes("=")) && (model === undefined || model.length >= 0)
  );
});
