/** `looop init`: what it writes, what it asks in a real terminal, and what it never does. */
import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { parse } from "@iarna/toml";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { missing, testUnless } from "../../support/program/skip.ts";
import { LOOOP, pane } from "../../support/session/tmux.ts";

const configOf = (me: Profile) => join(me.home, ".config/looop.toml");
const BUDGET = { day_usd: 10, beat_usd: 0.5, worker_usd: 5, on_breach: "freeze" };
const settings = (me: Profile) => JSON.parse(JSON.stringify(parse(readFileSync(configOf(me), "utf8"))));

test("init --yes writes the default config and the data folder, and the loop runs with them", () => {
  const me = profile();
  me.command("codex", "exit 0");
  looop(["init", "--yes"], {
    profile: me,
    stdout: /^settings: .+\ndata: .+\nsensors: .+looop sensor recipes\nnext: .+looop tick\n$/,
  });
  expect(settings(me)).toEqual({ default: "codex", decide: { mode: "typed" }, budget: BUDGET });
  expect(existsSync(join(me.data, "PLAYBOOK.md"))).toBe(true);
});

test("init takes every answer as an option", () => {
  const me = profile();
  const words = [
    "--runner",
    "offline",
    "--interval",
    "30",
    "--budget",
    "2.5",
    "--mode",
    "agent",
    "--tmux",
    "no",
    "--data",
    join(me.home, "my data"),
    "--yes",
  ];
  const { stdout } = looop(["init", ...words], { profile: me, stdout: ANYTHING });
  expect(settings(me)).toEqual({
    ...{ default: "offline", interval: 30, tmux: false, decide: { mode: "agent" } },
    budget: { ...BUDGET, day_usd: 2.5 },
  });
  expect(stdout).toContain(`LOOOP_DATA_DIR='${me.home}/my data' looop tick`);
  const env = { LOOOP_DATA_DIR: join(me.home, "my data") };
  looop(["tick"], { profile: me, env, stdout: /└─ done/ });
});

test("init without a model CLI chooses the offline runner", () => {
  const me = profile();
  looop(["init", "--yes"], { profile: me, env: { PATH: "/nonexistent" }, stdout: ANYTHING });
  expect(settings(me)["default"]).toBe("offline");
});

test("init --dry-run prints the settings and writes nothing", () => {
  const me = profile();
  const { stdout } = looop(["init", "--dry-run", "--runner", "pi"], { profile: me, stdout: ANYTHING });
  expect(parse(stdout)["default"]).toBe("pi");
  expect([existsSync(configOf(me)), existsSync(me.data)]).toEqual([false, false]);
});

test("init replaces a config only when told to, and keeps the earlier one", () => {
  const me = profile();
  me.config('default = "pi"\n');
  looop(["init", "--yes"], { profile: me, exit: 1, stderr: /looop\.toml exists\n {2}hint: Add --force/ });
  expect(readFileSync(configOf(me), "utf8")).toBe('default = "pi"\n');

  looop(["init", "--yes", "--force", "--runner", "offline"], {
    profile: me,
    stdout: /\nbefore: +.+looop\.toml\.before-\d{8}-\d{6}\n/,
  });

  const [kept = ""] = readdirSync(join(me.home, ".config")).filter((name) => name.includes(".before-"));
  expect(readFileSync(join(me.home, ".config", kept), "utf8")).toBe('default = "pi"\n');
  expect(settings(me)["default"]).toBe("offline");
});

test("init writes through a link in the config's place, and refuses a dangling one", () => {
  const me = profile();
  const dotfile = join(me.home, "dotfiles/looop.toml");
  for (const folder of [".config", "dotfiles"]) mkdirSync(join(me.home, folder));
  symlinkSync("../dotfiles/looop.toml", configOf(me));
  for (const force of [[], ["--force"]])
    looop(["init", "--yes", ...force], { profile: me, exit: 3, stderr: /it is a broken link\n {2}hint: / });
  expect(existsSync(dotfile)).toBe(false);

  writeFileSync(dotfile, 'default = "pi"\n');
  looop(["init", "--yes", "--force", "--runner", "offline"], { profile: me, stdout: /\nbefore: / });
  expect(lstatSync(configOf(me)).isSymbolicLink()).toBe(true);
  expect(readlinkSync(configOf(me))).toBe("../dotfiles/looop.toml");
  expect(readFileSync(dotfile, "utf8")).toContain('default = "offline"');
});

testUnless(missing("git"))("init --git makes a repository that ignores what can be lost", () => {
  const me = profile();
  looop(["init", "--yes", "--runner", "offline", "--git"], {
    profile: me,
    stdout: /\ngit: +a new repository, nothing committed\n/,
  });
  looop(["tick"], { profile: me, stdout: ANYTHING });
  const git = (...words: string[]) => spawnSync("git", words, { cwd: me.data, env: me.env, encoding: "utf8" }).stdout;
  const shown = git("status", "--porcelain", "--untracked-files=all")
    .split("\n")
    .map((line) => line.slice(3));
  expect(shown).toContain("PLAYBOOK.md");
  expect(shown.filter((path) => /^(runs|snapshots|sessions|\.memory|cost|events|pulse)/.test(path))).toEqual([]);
  looop(["init", "--yes", "--force", "--git"], { profile: me, stdout: /an existing repository/ });
});

test("init without a terminal names the option for each answer", () => {
  looop(["init"], { exit: 2, stderr: /is not a terminal\n {2}hint: Add --yes/ });
});

test("init refuses inside a worker, because the config is the person's", () => {
  const me = profile();
  looop(["init", "--yes"], {
    profile: me,
    env: { LOOOP_SESSION_ID: "looop-w" },
    exit: 7,
    stderr: /only the person may/,
  });
  expect(existsSync(configOf(me))).toBe(false);
});

const wrong: [words: string[], says: RegExp][] = [
  [["--runner", "nonsense"], /no built-in runner has that name\n {2}hint: Use one of/],
  [["--interval", "0"], /--interval takes whole seconds/],
  [["--budget", "-1"], /--budget takes an amount of USD/],
  [["--mode", "free"], /cannot be "free"/],
  [["--tmux", "perhaps"], /cannot be "perhaps"/],
];
test.each(wrong)("init refuses %j", (words, says) => {
  looop(["init", "--yes", ...words], { exit: 2, stderr: says });
});

const testPane = testUnless(missing("tmux"));

testPane("init asks, shows the config, and writes it after a yes", async () => {
  const me = profile();
  me.command("looop", `exec ${LOOOP} "$@"`);
  const it = await pane(me, 120, 100);
  it.run("looop init");
  await it.shows(/Data folder \[.+\]:$/m);
  it.keys("Enter");
  await it.shows(/Runner \(.+\) \[.+\]:$/m);
  it.run("nonsense");
  await it.shows(/Runner[^\n]+nonsense\n"nonsense" is not valid: use one of claude, [^\n]+\nRunner/);
  it.run("offline");
  await it.shows("Seconds between beats [60]:");
  it.run("soon");
  await it.shows(/\n"soon" is not valid: use whole seconds, 1 or more\nSeconds/);
  it.run("45");
  await it.shows("The most that a day may cost, in USD [10]:");
  it.run("much");
  await it.shows(/\n"much" is not valid: use an amount of USD, 0 or more\nThe most/);
  it.run("$3");
  await it.shows("A tmux window for each flag [Y/n]:");
  it.run("maybe");
  await it.shows(/\n"maybe" is not valid: use y or n\nA tmux/);
  it.run("n");
  await it.shows(/repository of your own.+\[y\/N\]:/);
  it.keys("Enter");
  await it.shows("Write this [Y/n]:");
  expect(it.history()).toContain("interval = 45");
  expect(existsSync(configOf(me))).toBe(false);
  it.keys("Enter");
  await it.shows(/^settings: /m);
  expect(settings(me)).toMatchObject({ default: "offline", interval: 45, tmux: false, budget: { day_usd: 3 } });
});

testPane("init writes nothing when the person says no, or interrupts it", async () => {
  const me = profile();
  me.config('default = "pi"\n');
  me.command("looop", `exec ${LOOOP} "$@"`);
  const it = await pane(me, 120, 100);
  it.run("looop init --runner offline --interval 5 --budget 1 --tmux no --data ~/data");
  await it.shows(/repository of your own/);
  it.keys("Enter");
  await it.shows(/exists\. Replace it \[y\/N\]:/);
  it.keys("Enter");
  await it.shows(/^nothing was written/m);
  it.run("clear; looop init; echo ended $?");
  await it.shows("Data folder");
  it.keys("C-d");
  await it.shows("ended 130");
  expect(readFileSync(configOf(me), "utf8")).toBe('default = "pi"\n');
});
