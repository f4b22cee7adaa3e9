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
    for (const [name, entry] of groups) {
      const { stdout } = looop(["help", name], { stdout: /\nCommands:\n/ });
      for (const inner of Object.keys(isGroup(entry) ? entry.verbs : {})) expect(stdout).toContain(`\n  ${inner}  `);
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
    looop(["help"], { env, stdout: /YOUR FILES\n {2}Cannot tell where .* HOME is not set\. Set HOME/ });
  });

  test("prints help with a broken config", () => {
    const person = profile();
    person.config("[[[");
    looop(["help"], { profile: person, stdout: /config {2}\S+looop\.toml\n/ });
  });
});
