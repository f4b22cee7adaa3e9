/** The man pages in man/: they match the command tree, and no reader of man pages warns about them. */
import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { manPages } from "../../tools/man.ts";
import { ROOT } from "../../tools/project.ts";
import { matchesFile } from "../support/golden/golden.ts";
import { missing, testUnless } from "../support/program/skip.ts";

const pages = await manPages();

test.each(pages.map(({ name, text }) => [name, text]))("man/%s matches the command tree", (name, text) => {
  matchesFile(join("man", name), text);
});

test("man/ has no page for a removed command", () => {
  expect(readdirSync(join(ROOT, "man")).sort()).toEqual(pages.map(({ name }) => name).sort());
});

const linters: [name: string, argv: string[]][] = [
  ["mandoc", ["mandoc", "-T", "lint", "-W", "warning"]],
  ["groff", ["groff", "-man", "-Tutf8", "-ww", "-z", "-K", "utf8"]],
];
for (const [name, [command = "", ...rest]] of linters) {
  testUnless(missing(command))(`${name} prints no warning about the pages`, () => {
    const files = pages.map((page) => join(ROOT, "man", page.name));
    const { status, stdout, stderr } = spawnSync(command, [...rest, ...files], { encoding: "utf8" });
    expect([status, stdout, stderr]).toEqual([0, "", ""]);
  });
}

testUnless(missing("mandoc"))("a page shows the same usage and options as the help", () => {
  const argv = ["-T", "utf8", "-O", "width=120", join(ROOT, "man/looop-attach.1")];
  const shown = spawnSync("mandoc", argv, { encoding: "utf8" }).stdout.replace(/.\u0008/g, "");
  expect(shown).toContain("looop attach <id> [options]");
  expect(shown).toContain("show this help");
});
