/** The manual and every verb's help, whatever state the machine is in. */
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { everyVerb, isGroup, TREE } from "../../../src/cli/tree.ts";
import { EXIT } from "../../../src/core/error.ts";
import { golden } from "../../support/golden/golden.ts";
import { textsUnder } from "../../support/golden/source-tree.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { profile } from "../../support/program/profile.ts";

const verbs = everyVerb().map(({ name }) => name);
const groups = Object.entries(TREE).filter(([, entry]) => isGroup(entry));
const manual = () => looop(["help"], { stdout: ANYTHING }).stdout;

describe("looop help", () => {
  test("is the manual, the commands, and where the files are", () => {
    const person = profile();
    const { stdout } = looop(["help"], { profile: person, stdout: ANYTHING });

    golden("help.txt", stdout.replaceAll(person.data, "<data>").replaceAll(person.home, "<home>"));
  });

  test("names every exit code", () => {
    const section = manual().match(/^EXIT CODES\n([\s\S]*?)\n\n/m)?.[1] ?? "";
    const named = [...section.matchAll(/\b(\d+) [a-z]/g)].map((match) => Number(match[1]));
    expect(named).toEqual(Object.values(EXIT));
  });

  test("names no variable that looop does not read or set", () => {
    const code = textsUnder("src").filter(({ path }) => path.endsWith(".ts"));
    const all = code.map(({ text }) => text).join("\n");
    const named = [...new Set(manual().match(/\b(LOOOP|XDG)_[A-Z_]+/g) ?? [])];
    expect(named.filter((name) => !all.includes(name))).toEqual([]);
  });

  test.each(verbs)("of the verb %s is what the verb says of itself, and all that it does then", (name) => {
    const person = profile();
    const { stdout } = looop(["help", ...name.split(" ")], { stdout: /\n {2}looop / });
    looop([...name.split(" "), "--help"], { profile: person, stdout });
    expect([existsSync(person.data), readdirSync(person.home), readdirSync(person.temp)]).toEqual([false, [], []]);
  });

  test("of a group of verbs lists them, as the group alone does", () => {
    for (const [name, entry] of groups) {
      const { stdout } = looop(["help", name], { stdout: /\nCommands:\n/ });
      for (const inner of Object.keys(isGroup(entry) ? entry.verbs : {})) expect(stdout).toContain(`\n  ${inner}  `);
      looop([name], { stdout });
      looop([name, "--help"], { stdout });
      looop([name, "wrtie"], { exit: 2, stderr: new RegExp(`unknown command "${name} wrtie"`) });
    }
  });

  test("of an unknown verb exits 2 and names the nearest", () => {
    looop(["help", "tik"], { exit: 2, stderr: /unknown command "tik"\n {2}hint: Did you mean `looop tick`\?\n$/ });
  });

  test("works without HOME and says what to set", () => {
    const env = { HOME: undefined, LOOOP_DATA_DIR: undefined };
    looop(["help"], { env, stdout: /YOUR FILES\n {2}Cannot tell where .* HOME is not set\. Set HOME/ });
  });

  test("works with a broken config", () => {
    const person = profile();
    person.config("[[[");
    looop(["help"], { profile: person, stdout: /config {2}\S+looop\.toml\n/ });
  });
});
