import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { NOOP } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { PROGRAM } from "../../support/program/program.ts";
import { missing, testUnless } from "../../support/program/skip.ts";

const place = (it: Profile) => join(it.home, ".config/looop.toml");

/** A runner of the test's own, so that a beat succeeds. */
const RUNS = 'default = "mine"\n[runners.mine]\ntick = "cat > /dev/null; echo decided"\n';

describe("the config of a new installation", () => {
  test("names claude when no model CLI is installed, and says what works now", () => {
    const it = profile();
    looop(["tick"], {
      profile: it,
      exit: 3,
      stderr:
        /^looop: Cannot run the runner "claude": there is no program "claude" \(looked in .*\)\n {2}hint: Install it: `npm install -g @anthropic-ai\/claude-code`, .*`looop demo` works now, without a model\n$/,
    });
    expect(readFileSync(place(it), "utf8")).toContain('\ndefault = "claude"\n');
  });

  test("names the first model CLI that is installed", () => {
    const it = profile();
    it.command("opencode", "cat > /dev/null");
    it.command("codex", NOOP);
    looop(["tick"], { profile: it, stdout: / with codex\n/ });
    expect(readFileSync(place(it), "utf8")).toContain('\ndefault = "codex"\n');
  });

  test("status names the runner and the cap before a first beat has written the config", () => {
    const it = profile();
    it.command("codex", "exit 1");
    looop(["status"], {
      profile: it,
      stdout: /, runner codex\n[\s\S]*\nbudget: {5}no config yet: a first beat writes one, with \$10 a day\n/,
    });
    looop(["doctor"], { profile: it, exit: 1, stdout: /^problem {2}runner {5}.*codex/m });
    expect(existsSync(place(it))).toBe(false);
  });

  test("writes JSON where LOOOP_CONFIG names a .json file", () => {
    const it = profile();
    it.command("pi", NOOP);
    const env = { LOOOP_CONFIG: join(it.home, "own.json") };
    looop(["tick"], { profile: it, env, stdout: / with pi\n/ });
    expect(JSON.parse(readFileSync(env.LOOOP_CONFIG, "utf8"))).toMatchObject({
      default: "pi",
      decide: { mode: "typed" },
    });
    expect(existsSync(place(it))).toBe(false);
  });

  test("goes on using a looop.json of 0.3", () => {
    const it = profile();
    mkdirSync(join(it.home, ".config"));
    const old = { default: "mine", model: "x", interval: 0.5, runners: { mine: { tick: "cat > /dev/null" } } };
    writeFileSync(join(it.home, ".config/looop.json"), JSON.stringify(old));
    looop(["tick"], {
      profile: it,
      stdout: / with mine\n/,
      stderr: /interval is 0\.5 in the config: using 1\n.*looop\.json: unknown key model is ignored\n$/,
    });
    expect(existsSync(place(it))).toBe(false);
  });
});

describe("a config with a mistake ends with exit 3, before any sensor or runner starts", () => {
  const cases: [title: string, toml: string, says: string][] = [
    ["a wrong type", 'default = "pi"\ninterval = "fast"\n', 'line 2: interval is "fast"; expected a whole number'],
    ["an unknown key", "\n\nintervall = 60\n", "line 3: unknown key intervall; expected one of default, interval"],
    ["an unknown table", "[models]\n", "line 1: unknown key models; expected one of"],
    ["a broken line", 'default = "pi\n', "line 1: unterminated string; expected TOML"],
  ];
  test.each(cases)("%s", (_title, toml, says) => {
    const it = profile();
    it.config(toml);
    it.sensor("spy.sh", `touch ${join(it.home, "sensed")}`);
    const { stderr } = looop(["tick"], { profile: it, exit: 3, stderr: ANYTHING });
    expect(stderr).toStartWith(`looop: Cannot read the config ${place(it)}: ${says}`);
    expect(stderr).toContain("\n  hint: ");
    expect(existsSync(join(it.home, "sensed"))).toBe(false);
  });

  test("the default runner is unknown", () => {
    const it = profile();
    it.config('default = "gpt"\n');
    looop(["tick"], {
      profile: it,
      exit: 3,
      stderr: `looop: Cannot use the runner "gpt": no runner has that name\n  hint: Choose one of claude, pi, codex, opencode, offline, or describe it in ${place(it)}\n`,
    });
  });

  test("the config is a folder", () => {
    const it = profile();
    mkdirSync(place(it), { recursive: true });
    looop(["tick"], {
      profile: it,
      exit: 3,
      stderr: /^looop: Cannot read .*looop\.toml: it is a folder\n {2}hint: .*LOOOP_CONFIG\n$/,
    });
  });

  const links: [title: string, target: string, says: RegExp][] = [
    ["a link that leads nowhere", "/nowhere.toml", /^Cannot read the config \S+looop\.toml: it is a broken link$/],
    [
      "a link that leads to itself",
      "looop.toml",
      /^Cannot look at \S+looop\.toml: it is a symbolic link, or too many of them$/,
    ],
  ];
  test.each(links)(
    "%s: every verb stops, because the budget is unknown; status and doctor say why",
    (_title, target, says) => {
      const it = profile();
      it.command("claude", `touch ${join(it.home, "asked")}; cat > /dev/null`);
      mkdirSync(join(it.home, ".config"));
      symlinkSync(target, place(it));
      it.goal("setup", "tidy up\n");
      const message = says.source.replace(/^\^|\$$/g, "");
      for (const words of [["tick"], ["up"], ["run", "setup"], ["config", "runners"], ["start-session", "w", "true"]])
        looop(words, {
          profile: it,
          exit: 3,
          stdout: ANYTHING,
          stderr: new RegExp(`^looop: ${message}\n {2}hint: .*LOOOP_CONFIG\n$`),
        });
      expect([existsSync(join(it.home, "asked")), existsSync(place(it))]).toEqual([false, false]);
      looop(["status"], { profile: it, stdout: new RegExp(`\nneeds you:\n {2}⚑ ${message}\n`) });
      looop(["doctor"], { profile: it, exit: 1, stdout: new RegExp(`^problem {2}config {2,}${message}\n`, "m") });
      looop(["help"], { profile: it, stdout: ANYTHING });
    },
  );

  testUnless(missing("setpriv"))("the config is not readable", () => {
    const it = profile();
    it.config(RUNS);
    chmodSync(place(it), 0o000);
    // Without its capabilities root obeys a file's mode like anybody.
    const unprivileged = process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-all"] : [];
    const [command = "", ...words] = [...unprivileged, ...PROGRAM, "tick"];
    const { status, stderr } = spawnSync(command, words, { env: { ...it.env }, cwd: it.home, encoding: "utf8" });
    expect([status, stderr]).toEqual([
      3,
      `looop: Cannot read ${place(it)}: permission denied\n  hint: Make the config a file that your user can read, or name another with LOOOP_CONFIG\n`,
    ]);
  });

  testUnless(missing("setpriv"))("status reports a config that is no longer readable, as it reports bad TOML", () => {
    const it = profile();
    it.config(RUNS);
    looop(["tick"], { profile: it, stdout: ANYTHING });
    looop(["status"], { profile: it, stdout: /^(?![\s\S]*needs you)/ });
    chmodSync(place(it), 0o000);
    const unprivileged = process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-all"] : [];
    const [command = "", ...words] = [...unprivileged, ...PROGRAM, "status"];
    const { status, stdout } = spawnSync(command, words, { env: { ...it.env }, cwd: it.home, encoding: "utf8" });
    expect(status).toBe(0);
    expect(stdout).toContain(`needs you:\n  ⚑ Cannot read ${place(it)}: permission denied\n`);
  });
});

describe("an empty config", () => {
  test.each(["", "# nothing\n"])("uses all defaults (%p)", (toml) => {
    const it = profile();
    it.config(toml);
    it.command("claude", "cat > /dev/null");
    looop(["tick"], { profile: it, stdout: / with claude\n/ });
  });
});

describe("the environment", () => {
  test("overrides the config, and is clamped with a warning", () => {
    const it = profile();
    it.config(`interval = 30\n${RUNS}`);
    const interval = (env: Record<string, string>) => {
      const { stdout } = looop(["status", "--json"], { profile: it, env, stdout: ANYTHING });
      return JSON.parse(stdout).pulse.interval_s;
    };
    expect([interval({}), interval({ LOOOP_INTERVAL: "7" }), interval({ LOOOP_INTERVAL: "0" })]).toEqual([30, 7, 1]);
  });

  test("warns once about each variable it cannot read, and uses the default", () => {
    const it = profile();
    it.config(RUNS);
    looop(["tick"], {
      profile: it,
      env: { LOOOP_TICK_TIMEOUT: "soon", LOOOP_INTERVAL: "-5" },
      stdout: / with mine\n/,
      stderr:
        /^.*LOOOP_TICK_TIMEOUT is "soon", not a whole number from 1 up to 2147483: using 1800\n.*LOOOP_INTERVAL is "-5": using 1\n$/,
    });
  });
});
