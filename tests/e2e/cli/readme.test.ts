/** README and docs/reference.md are true: the demo is a real run, the commands run, and the tables are complete. */
import { describe, expect, test } from "bun:test";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { HEADINGS } from "../../../src/cli/help.ts";
import { TREE } from "../../../src/cli/tree.ts";
import { visible } from "../../../src/cli/verb.ts";
import { settingNames } from "../../../src/core/config/config.ts";
import { type Entry, SETTINGS, VARIABLES } from "../../../src/core/config/reference.ts";
import { EXIT } from "../../../src/core/error.ts";
import { pictureOf } from "../../../tools/picture.ts";
import { ROOT } from "../../../tools/project.ts";
import { matchesFile } from "../../support/golden/golden.ts";
import { textsUnder } from "../../support/golden/source-tree.ts";
import { unfinishedRepo } from "../../support/machine/git-repo.ts";
import { ANYTHING, looop, start } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { missing, testUnless } from "../../support/program/skip.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { LOOOP, pane } from "../../support/session/tmux.ts";

const document = (path: string) => readFileSync(join(ROOT, path), "utf8");
const readme = () => document("README.md");

const REFERENCE = "docs/reference.md";

/** Compares the text between two markers of a document with `text`, or writes it under `bun run golden`. */
function block(path: string, name: string, text: string): void {
  const pattern = new RegExp(`(<!-- ${name}\\b[^>]*-->\\n)([\\s\\S]*?)(<!-- /${name} -->)`);
  if (process.env["LOOOP_GOLDEN"] === "write") {
    writeFileSync(
      join(ROOT, path),
      document(path).replace(pattern, (_all, open, _old, close) => `${open}${text}${close}`),
    );
  }
  expect(document(path).match(pattern)?.[2]).toBe(text);
}

/** Returns the demo's output without what differs between two runs. */
function evened(text: string, person: Profile): string {
  return text
    .replaceAll(/looop-demo-\d{8}-\d{6}(-\d+)?/g, "looop-demo-20260102-093000")
    .replaceAll(person.temp, "/tmp")
    .replaceAll(person.home, "/home/you")
    .replaceAll(/tick-\d{8}-\d{6}(-\d+)?/g, "tick-20260102-093000")
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d\b/g, "2026-01-02 09:30")
    .replaceAll(/\[\d\d:\d\d:\d\d\]/g, "[09:30:00]")
    .replaceAll(/\(\d+\.\d s\)/g, "(0.1 s)")
    .replaceAll(/\(\d+ s\)/g, "(0 s)")
    .replaceAll(/(waits for you|working|ended itself)( +)\ds( +)\ds/g, "$1$20s$30s")
    .replaceAll(/(working|ended itself)( +)\ds/g, "$1$20s")
    .replaceAll(/ \(\ds\)$/gm, " (0s)")
    .replaceAll(/^( +)\ds( {2}(?:looop|person) )/gm, "$10s$2")
    .replaceAll(/\b[0-9a-f]{10}( {2,})/g, "0123456789$1")
    .replaceAll(/(ask|answer|answered|⚑) ([mgq]?)[a-z0-9]{5}\b/g, "$1 $2k7m2q")
    .replaceAll(/, \ds ago \([^)]*Z\)/g, ", 0s ago (2026-01-02T09:30:00.000Z)")
    .replaceAll(/\d+(?:\.\d)? ms/g, "5 ms")
    .replaceAll(/Branch main at [0-9a-f]{8}/g, "Branch main at 01234567");
}

/** Returns a profile in which every command of README can run. */
function gardener(): Profile {
  const person = profile();
  person.config('default = "offline"\n');
  person.goal("garden", "The garden is looked after.\n");
  // So that the demo prints the bare name, as it does where looop is installed.
  person.command("looop", "exit 0");
  return person;
}

const DEMO_HEAD = `# What \`looop demo\` prints

The output for a small repository, with times and paths replaced. \`bun run golden\` writes this page from a real run, and
\`tests/e2e/cli/readme.test.ts\` compares it with one. The demo uses no model and no network, and all its files are in one
temporary folder.
`;

/** Commands that are not run here, and why. */
const NOT_RUN: Readonly<Record<string, string>> = {
  "npm run demo": "builds, then runs `looop demo`, which is run here; .ci/run does it in a clean clone",
  "npm test": "runs this very test",
  "sh install.sh": "tests/e2e/setup/install.test.ts runs it",
  "sh install.sh --uninstall": "tests/e2e/setup/install.test.ts runs it",
};

/** Returns the text under a heading. */
function section(heading: string): string {
  return readme().split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
}

/** Returns the shell blocks of a text. */
function shellBlocks(text: string): string[] {
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? "");
}

/** The command lines in README's shell blocks, but for scripts that begin with #!, and the first hour: that is one story. */
function commands(): string[] {
  const blocks = shellBlocks(readme().replace(section("First hour"), ""));
  return [...new Set(blocks.filter((text) => !text.startsWith("#!")).flatMap((text) => text.trimEnd().split("\n")))];
}

/** looop's own lines in the shell blocks of the other documents; sudo and docker are not for a test to run. */
function commandsElsewhere(): string[] {
  const documents = textsUnder(".").filter(({ path }) => /^(SKILL|docs\/[\w-]+)\.md$/.test(path));
  const lines = documents.flatMap(({ text }) => shellBlocks(text)).flatMap((text) => text.split("\n"));
  return lines.filter((line) => line.startsWith("looop "));
}

/** The words of a simple command line: bare ones, and ones in double quotes. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? "");
}

/** A Markdown table with columns as wide as they need to be. */
function table(...rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const wide = head.map((_cell, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(wide[at] ?? 0)).join(" | ")} |\n`;
  const rule = wide.map((width) => "-".repeat(width));
  return [head, rule, ...rows.slice(1)].map(line).join("");
}

const entries = (list: readonly Entry[]) => list.map(({ name, usual, meaning }) => [`\`${name}\``, usual, meaning]);

describe("README.md", () => {
  testUnless(missing("git"))("shows the demo's real output", () => {
    const person = gardener();
    const garden = unfinishedRepo(join(person.home, "garden"));

    const { stdout } = looop(["demo", garden], { profile: person, stdout: ANYTHING });

    // From what happens to who is asked: the middle of it fits a picture.
    const [, middle = ""] = /^(\d+\. Something happens[\s\S]*?)^\d+\. You answer/m.exec(evened(stdout, person)) ?? [];
    matchesFile("docs/demo.svg", pictureOf(`$ looop demo ~/garden\n\n${middle}`, 110));
    const shown = `$ looop demo ~/garden\n${evened(stdout, person)}`;
    const [beginning = ""] = /^1\. [\s\S]*?(?=\n3\. )/m.exec(shown) ?? [];
    block("README.md", "demo", `\n\`\`\`text\n${beginning}\`\`\`\n\n`);
    matchesFile("docs/demo.md", `${DEMO_HEAD}\n\`\`\`text\n${shown}\`\`\`\n`);
  });

  test("shows only pictures of at most 300 KB", () => {
    const pictures = [...readme().matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map((match) => match[1] ?? "");
    expect(pictures).toContain("docs/demo.svg");
    for (const path of pictures) expect(statSync(join(ROOT, path)).size).toBeLessThan(300_000);
  });

  test("shows what `looop --help` shows", () => {
    const help = looop(["--help"], { env: { COLUMNS: "80" }, stdout: ANYTHING }).stdout;
    const [shown = ""] = /^Start\n[\s\S]*(?=\n\nNew here)/m.exec(help) ?? [];
    block("README.md", "commands", `\n\`\`\`text\n${shown}\n\`\`\`\n\n`);
  });

  test("lists every command with its summary in docs/reference.md", () => {
    const tables = HEADINGS.map((heading) => {
      const entries = visible(TREE).filter(([, { meta }]) => meta.heading === heading);
      const rows = entries.map(([name, { meta }]) => [
        [name, ...meta.alias].map((word) => `\`${word}\``).join(", "),
        meta.description,
      ]);
      return `\n${table([heading, "what it does"], ...rows)}`;
    });
    block(REFERENCE, "commands", `${tables.join("")}\n`);
  });

  const shown = [...new Set([...commands(), ...commandsElsewhere()])];
  test.each(shown.filter((line) => !(line in NOT_RUN)))("shows a command that runs: %s", async (line) => {
    const person = gardener();
    const words = wordsOf(line);
    expect(words[0]).toBe("looop");
    if (line === "looop run") {
      const pulse = start(["run"], { profile: person });
      await waitFor("a first beat", () => pulse.output().stdout.includes("└─ done"));
      pulse.signal("SIGINT");
      await pulse.ended({ exit: 130, stdout: ANYTHING, stderr: ANYTHING });
      return;
    }
    // These commands need a beat.
    if (["why", "history", "diff"].includes(words[1] ?? "")) looop(["tick"], { profile: person, stdout: ANYTHING });
    try {
      looop(words.slice(1), { profile: person, stdout: /\S/, stderr: ANYTHING });
    } finally {
      looop(["down", "--workers"], { profile: person, stdout: ANYTHING, stderr: ANYTHING });
    }
  });

  test("shows a sensor that runs and prints JSON", () => {
    const person = gardener();
    const script = readme().match(/^```sh\n(#![\s\S]*?)^```$/m)?.[1] ?? "";
    person.sensor("disk.sh", script);

    looop(["tick"], { profile: person, stdout: ANYTHING });

    expect(JSON.parse(person.read("snapshots/sensor-disk.json") ?? "")).toMatchObject({
      signal: { disk_full: expect.any(Boolean) },
    });
  });

  test("lists every variable that a person may set, and each is read", () => {
    block(REFERENCE, "variables", `\n${table(["variable", "default", "meaning"], ...entries(VARIABLES))}\n`);
    const code = textsUnder("src").filter(({ path }) => path.endsWith(".ts") && path !== "core/config/reference.ts");
    const names = VARIABLES.map(({ name }) => name);
    const knobs = code.find(({ path }) => path === "core/config/limits.ts")?.text ?? "";
    const read = [...knobs.matchAll(/\bLOOOP_[A-Z_]+/g)].map(([name]) => name);
    const unknown = names.filter((name) => !code.some(({ text }) => text.includes(name)));
    expect([unknown, read.filter((name) => !names.includes(name))]).toEqual([[], []]);
  });

  test("lists every setting of looop.toml, and no other", () => {
    block(REFERENCE, "settings", `\n${table(["key in `looop.toml`", "default", "meaning"], ...entries(SETTINGS))}\n`);
    const listed = SETTINGS.map(({ name }) => name.replaceAll(/\.<\w+>/g, ""));
    const holds = (one: string, name: string) => name === one || name.startsWith(`${one}.`);
    const names = settingNames();
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !listed.some((one) => holds(one, name)))).toEqual([]);
    expect(listed.filter((one) => !names.some((name) => holds(one, name)))).toEqual([]);
  });

  testUnless(missing("tmux", "git"))("describes a first hour that runs as written in a real terminal", async () => {
    const me = profile();
    me.command("looop", `exec ${LOOOP} "$@"`);
    const it = await pane(me, 150, 50);
    const said: string[] = [];
    for (const [at, text] of shellBlocks(section("First hour")).entries()) {
      const script = join(me.home, `block-${at}.sh`);
      writeFileSync(script, text);
      if (text.startsWith("looop tick\nlooop send")) {
        await waitFor("the worker's flag", () => looop(["ls"], { profile: me, stdout: ANYTHING }).stdout.includes("⚑"));
      }
      said.push(await it.answer(`sh -ex ${script}; echo "ended $?"`));
    }
    for (const text of said) expect(text).toEndWith("ended 0\n");
    const [settings = "", goal = "", sensor = "", worker = "", flag = "", why = "", up = ""] = said;
    expect(settings).toContain("$5 a day");
    expect(goal).toContain("└─ done");
    expect(sensor).toMatch(/wrote goals\/buy-seeds\.md[\s\S]*world unchanged: no AI call[\s\S]*buy-seeds/);
    expect(worker).toContain("looop-tidy");
    expect(flag).toMatch(/NEEDS YOU[\s\S]*⚑ tidy[\s\S]*sent \d+ bytes to tidy/);
    expect(why).toMatch(/goals\/buy-seeds\.md: removed/);
    expect(up).toMatch(
      /started the pulse[\s\S]*froze everything[\s\S]*held: +everything is frozen[\s\S]*thawed[\s\S]*stopped/,
    );
  });

  test("names every exit code", () => {
    const codes = [...document(REFERENCE).matchAll(/^\| (\d+) +\|/gm)].map((match) => Number(match[1]));
    expect(codes).toEqual(Object.values(EXIT));
  });
});
