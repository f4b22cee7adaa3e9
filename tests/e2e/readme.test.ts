/** README is true: its demo is a real run, its commands run, and its tables name what there is. */
import { describe, expect, test } from "bun:test";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { TREE } from "../../src/cli/tree.ts";
import { EXIT } from "../../src/core/error.ts";
import { pictureOf } from "../../tools/picture.ts";
import { ROOT } from "../../tools/project.ts";
import { matchesFile } from "../support/golden.ts";
import { ANYTHING, looop, start } from "../support/looop.ts";
import { type Profile, profile } from "../support/profile.ts";
import { unfinishedRepo } from "../support/repo.ts";
import { missing, testUnless } from "../support/skip.ts";
import { textsUnder } from "../support/tree.ts";
import { waitFor } from "../support/wait-for.ts";

const FILE = join(ROOT, "README.md");
const readme = () => readFileSync(FILE, "utf8");

/** Compares what stands between two markers with `text`; `bun run golden` writes it there. */
function block(name: string, text: string): void {
  const pattern = new RegExp(`(<!-- ${name}\\b[^>]*-->\\n)([\\s\\S]*?)(<!-- /${name} -->)`);
  if (process.env["LOOOP_GOLDEN"] === "write") {
    writeFileSync(
      FILE,
      readme().replace(pattern, (_all, open, _old, close) => `${open}${text}${close}`),
    );
  }
  expect(readme().match(pattern)?.[2]).toBe(text);
}

/** The demo's output without what differs between two runs. */
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
    .replaceAll(/running {2}\ds/g, "running  0s")
    .replaceAll(/^( +)\ds( {2}(?:looop|person) )/gm, "$10s$2")
    .replaceAll(/\b[0-9a-f]{10}( {2,})/g, "0123456789$1")
    .replaceAll(/(ask|answer|answered|⚑) [a-z0-9]{5}\b/g, "$1 k7m2q")
    .replaceAll(/, \ds ago \([^)]*Z\)/g, ", 0s ago (2026-01-02T09:30:00.000Z)")
    .replaceAll(/\d+(?:\.\d)? ms/g, "5 ms")
    .replaceAll(/Branch main at [0-9a-f]{8}/g, "Branch main at 01234567");
}

/** A profile in which every command of README has what it needs. */
function gardener(): Profile {
  const person = profile();
  person.config('default = "offline"\n');
  person.goal("water-the-garden", "The garden is watered.\n");
  // So that the demo prints the bare name, as it does where looop is installed.
  person.command("looop", "exit 0");
  return person;
}

/** Commands that are not run here, and why. */
const NOT_RUN: Readonly<Record<string, string>> = {
  "npm run demo": "builds, then runs `looop demo`, which is run here; .ci/run does it in a clean clone",
  "npm test": "runs this very test",
  "sh install.sh": "tests/e2e/install.test.ts runs it",
  "sh install.sh --uninstall": "tests/e2e/install.test.ts runs it",
};

/** The command lines in README's shell blocks, but for scripts that begin with #!. */
function commands(): string[] {
  const blocks = [...readme().matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? "");
  return blocks.filter((text) => !text.startsWith("#!")).flatMap((text) => text.trimEnd().split("\n"));
}

/** The words of a simple command line: bare ones, and ones in double quotes. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? "");
}

/** The words in backticks of the first column of the table under `heading`. */
function firstColumn(heading: string): string[] {
  const section = readme().split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const cells = [...section.matchAll(/^\| (.*?) +\|/gm)].map((match) => match[1] ?? "");
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ""));
}

describe("README.md", () => {
  testUnless(missing("git"))("shows the demo as it really is", () => {
    const person = gardener();
    const garden = unfinishedRepo(join(person.home, "garden"));

    const { stdout } = looop(["demo", garden], { profile: person, stdout: ANYTHING });

    // From what happens to who is asked: the middle of it fits a picture.
    const [, middle = ""] = /^(\d+\. Something happens[\s\S]*?)^\d+\. You answer/m.exec(evened(stdout, person)) ?? [];
    matchesFile("docs/demo.svg", pictureOf(`$ looop demo ~/garden\n\n${middle}`, 110));
    block("demo", `\n\`\`\`text\n$ looop demo ~/garden\n${evened(stdout, person)}\`\`\`\n\n`);
  });

  test("shows no picture of more than 300 KB", () => {
    const pictures = [...readme().matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map((match) => match[1] ?? "");
    expect(pictures).toContain("docs/demo.svg");
    for (const path of pictures) expect(statSync(join(ROOT, path)).size).toBeLessThan(300_000);
  });

  test("lists every command with its summary", () => {
    const rows = Object.entries(TREE).flatMap(([name, { summary, hidden, aliases = [] }]) =>
      hidden === undefined ? [[[name, ...aliases].map((word) => `\`${word}\``).join(", "), summary]] : [],
    );
    const wide = Math.max(...rows.map(([names = ""]) => names.length));
    const wider = Math.max(...rows.map(([, summary = ""]) => summary.length));
    const row = (names = "", summary = "") => `| ${names.padEnd(wide)} | ${summary.padEnd(wider)} |\n`;
    const table = [
      row("command", "what it does"),
      row("-".repeat(wide), "-".repeat(wider)),
      ...rows.map((it) => row(...it)),
    ];
    block("commands", `\n${table.join("")}\n`);
  });

  test.each(commands().filter((line) => !(line in NOT_RUN)))("shows a command that runs: %s", async (line) => {
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
    // These speak of a beat.
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

  test("names the variables that a person may set, and no other", () => {
    const named = firstColumn("Settings").filter((word) => /^[A-Z_]+$/.test(word));
    const code = textsUnder("src").filter(({ path }) => path.endsWith(".ts"));
    const unknown = named.filter((name) => !code.some(({ text }) => text.includes(name)));
    const knobs = textsUnder("src/core").find(({ path }) => path === "knobs.ts")?.text ?? "";
    const read = [...knobs.matchAll(/"(LOOOP_[A-Z_]+)"/g)].map((match) => match[1] ?? "");
    expect([unknown, read.filter((name) => !named.includes(name))]).toEqual([[], []]);
  });

  test("names every setting of looop.toml", () => {
    const schema = textsUnder("src/core").find(({ path }) => path === "config.ts")?.text ?? "";
    const keys = [...(schema.match(/const CONFIG = \{([\s\S]*?)\};/)?.[1] ?? "").matchAll(/^ {2}(\w+):/gm)].map(
      (it) => it[1],
    );
    const named = firstColumn("Settings").map((word) => word.split(".")[0]);
    expect(keys.length).toBeGreaterThan(3);
    expect(keys.filter((key) => !named.includes(key))).toEqual([]);
  });

  test("names every exit code", () => {
    const codes = [...readme().matchAll(/^\| (\d+) +\|/gm)].map((match) => Number(match[1]));
    expect(codes).toEqual(Object.values(EXIT));
  });
});
