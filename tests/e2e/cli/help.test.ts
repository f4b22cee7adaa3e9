/** The manual and every verb's help, whatever state the machine is in. */
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { TREE } from "../../../src/cli/tree.ts";
import { isGroup, visible, visibleVerbs } from "../../../src/cli/verb.ts";
import { EXIT } from "../../../src/core/error.ts";
import { golden } from "../../support/golden/golden.ts";
import { textsUnder } from "../../support/golden/source-tree.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { profile } from "../../support/program/profile.ts";

const verbs = visibleVerbs(TREE).map(({ meta }) => meta.name);
const groups = visible(TREE).flatMap(([, entry]) => (isGroup(entry) ? [entry] : []));
const manual = () => looop(["help"], { stdout: ANYTHING }).stdout;

const FIRST = ["demo", "init", "up", "status", "ls", "inbox", "answer", "goal", "doctor", "why"];
const HEADINGS = ["Start", "Watch", "Answer", "Shape", "Check"];

/** The lines of a text that begin at the left edge with one capitalised word: headings. */
const headings = (text: string) => text.split("\n").filter((line) => /^[A-Z][a-z]+$/.test(line));
const commands = (text: string) => [...text.matchAll(/^ {2}([a-z-]+)/gm)].map((match) => match[1]);

describe("looop --help", () => {
  test("shows the ten commands a newcomer needs, under five headings, in 80 columns", () => {
    const { stdout } = looop(["--help"], { stdout: ANYTHING });
    looop([], { stdout });
    looop(["-h"], { stdout });
    expect([headings(stdout), commands(stdout)]).toEqual([HEADINGS, FIRST]);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(stdout.split("\n").slice(0, 10).join("\n")).toMatch(/demo[\s\S]*init[\s\S]*up /);
    golden("help-first.txt", stdout);
  });

  test("--all lists every command under the same headings, and those of a worker", () => {
    const { stdout } = looop(["--help", "--all"], { stdout: ANYTHING });
    looop(["help", "--all"], { stdout });
    expect(headings(stdout)).toEqual([...HEADINGS, "Worker"]);
    expect(commands(stdout).sort()).toEqual(
      visible(TREE)
        .map(([name]) => name)
        .sort(),
    );
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  test("is coloured with LOOOP_COLOR=1, and plain in a pipe", () => {
    const { stdout } = looop(["--help"], { stdout: ANYTHING });
    const coloured = looop(["--help"], { env: { LOOOP_COLOR: "1" }, stdout: ANYTHING }).stdout;
    expect([stdout.includes("\u001b"), coloured.includes("\u001b[1mStart")]).toEqual([false, true]);
    expect(Bun.stripANSI(coloured)).toBe(stdout);
  });
});

describe("looop help", () => {
  test("prints the manual, the commands, and the paths of the files", () => {
    const person = profile();
    const { stdout } = looop(["help"], { profile: person, stdout: ANYTHING });

    golden("help.txt", stdout.replaceAll(person.data, "<data>").replaceAll(person.home, "<home>"));
  });

  test("names every exit code", () => {
    const section = manual().match(/^EXIT CODES\n([\s\S]*?)\n\n/m)?.[1] ?? "";
    const named = [...section.matchAll(/\b(\d+) [a-z]/g)].map((match) => Number(match[1]));
    expect(named).toEqual(Object.values(EXIT));
  });

  test("names only variables that looop reads or sets", () => {
    const code = textsUnder("src").filter(({ path }) => path.endsWith(".ts"));
    const all = code.map(({ text }) => text).join("\n");
    const named = [...new Set(manual().match(/\b(LOOOP|XDG)_[A-Z_]+/g) ?? [])];
    expect(named.filter((name) => !all.includes(name))).toEqual([]);
  });

  test.each(verbs)("looop help %s prints the help of the verb and does nothing else", (name) => {
    const person = profile();
    const { stdout } = looop(["help", ...name.split(" ")], { stdout: /\n {2}looop / });
    looop([...name.split(" "), "--help"], { profile: person, stdout });
    expect([existsSync(person.data), readdirSync(person.home), readdirSync(person.temp)]).toEqual([false, [], []]);
  });

  test("lists the verbs of a group, as the group alone does", () => {
    expect(groups.length).toBeGreaterThan(5);
    for (const group of groups) {
      const { name } = group.meta;
      const { stdout } = looop(["help", name], { stdout: /\nCommands:\n/ });
      for (const [inner] of visible(group)) expect(stdout).toContain(`\n  ${inner}  `);
      looop([name], { stdout });
      looop([name, "--help"], { stdout });
      looop([name, "wrtie"], { exit: 2, stderr: new RegExp(`unknown command "${name} wrtie"`) });
    }
  });

  test("exits 2 on an unknown verb, and names the nearest", () => {
    looop(["help", "tik"], { exit: 2, stderr: /unknown command "tik"\n {2}hint: Did you mean `looop tick`\?\n$/ });
  });

  test("prints help without HOME, and says what to set", () => {
    const env = { HOME: undefined, LOOOP_DATA_DIR: undefined };
    looop(["help"], { env, stdout: /YOUR FILES\n {2}Cannot find .* HOME is not set\. Set HOME/ });
  });

  test("prints help with a broken config", () => {
    const person = profile();
    person.config("[[[");
    looop(["help"], { profile: person, stdout: /config {2}\S+looop\.toml\n/ });
  });
});
