import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LooopError } from "../../src/core/error.ts";
import { resolvePaths } from "../../src/store/paths.ts";
import { readConfig } from "../../src/store/read-config.ts";
import { files } from "../../src/sys/files.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "looop-config-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const put = (name: string, text: string) => writeFileSync(at(name), text);
const read = (env: Record<string, string> = {}) =>
  readConfig(files, resolvePaths({ HOME: folder, XDG_CONFIG_HOME: folder, ...env }, folder));

/** Returns the error of reading the config. */
async function refusal(env?: Record<string, string>): Promise<LooopError> {
  return read(env).then(
    () => Promise.reject(new Error("it was accepted")),
    (error) => error,
  );
}

describe("readConfig()", () => {
  test("returns all defaults without a file", async () => {
    const { config, warnings } = await read();
    expect(config).toMatchObject({ default: "claude", interval: undefined, path: at("looop.toml") });
    expect(warnings).toEqual([]);
  });

  test.each(["", "\n", "# nothing\n", "\ufeff"])("returns all defaults for an empty file (%p)", async (text) => {
    put("looop.toml", text);
    expect((await read()).config.default).toBe("claude");
  });

  test("reads every setting", async () => {
    put(
      "looop.toml",
      'default = "mine"\ninterval = 1\nbusy_interval = 2\nactive_interval = 3\n[runners.mine]\ntick = "a"\ninteractive = "b"\nresume = "c"\n',
    );
    const { config } = await read();
    expect(config).toMatchObject({ default: "mine", interval: 1, busy_interval: 2, active_interval: 3 });
    expect(config.runners["mine"]).toEqual({ tick: "a", interactive: "b", resume: "c" });
  });

  test("prefers looop.toml to looop.json", async () => {
    put("looop.toml", 'default = "pi"');
    put("looop.json", '{"default":"codex"}');
    expect((await read()).config.default).toBe("pi");
  });

  test("reads the looop.json of 0.3 when there is no looop.toml", async () => {
    put("looop.json", '{"default":"pi","runners":{"pi":{"tick":"pi -p"}}}');
    const { config, warnings } = await read();
    expect(config.runners["pi"]?.tick).toBe("pi -p");
    expect([config.path, warnings]).toEqual([at("looop.json"), []]);
  });

  test("reads LOOOP_CONFIG alone, as JSON when its name ends so", async () => {
    put("looop.toml", 'default = "pi"');
    put("other.json", '{"default":"codex"}');
    expect((await read({ LOOOP_CONFIG: "other.json" })).config.default).toBe("codex");
    expect((await read({ LOOOP_CONFIG: "missing.toml" })).config.default).toBe("claude");
  });
});

describe("a mistake in looop.toml ends with exit 3", () => {
  const cases: [title: string, text: string, message: string, hint: string][] = [
    [
      "a text where seconds belong",
      'default = "pi"\ninterval = "fast"\n',
      'line 2: interval is "fast"; expected a whole number of seconds, 1 to 2147483',
      "Correct it or remove it",
    ],
    [
      "an interval of 0",
      "interval = 0\n",
      "line 1: interval is 0; expected a whole number of seconds, 1 to 2147483",
      "Correct it or remove it",
    ],
    [
      "an interval that is not whole",
      "\n\nbusy_interval = 1.5\n",
      "line 3: busy_interval is 1.5; expected a whole number of seconds, 1 to 2147483",
      "Correct it or remove it",
    ],
    [
      "an interval that no timer can wait",
      "active_interval = 99999999999\n",
      "line 1: active_interval is 99999999999; expected a whole number of seconds, 1 to 2147483",
      "Correct it or remove it",
    ],
    [
      "a command that is a list",
      '[runners.claude]\ntick = ["claude", "-p"]\n',
      "line 2: runners.claude.tick is a list; expected a shell command as text",
      "Correct it or remove it",
    ],
    [
      "an empty command",
      '[runners.claude]\ntick = " "\n',
      "line 2: runners.claude.tick is empty; expected a shell command as text",
      "Correct it or remove it",
    ],
    [
      "a list where a table belongs",
      "runners = []\n",
      "line 1: runners is a list; expected a table of runners",
      "Correct it or remove it",
    ],
    [
      "a runner that is no table",
      '[runners]\nclaude = "claude"\n',
      'line 2: runners.claude is "claude"; expected a table with tick, decide, interactive, resume, cost',
      "Correct it or remove it",
    ],
    [
      "a mistyped key",
      'defualt = "pi"\n',
      "line 1: unknown key defualt; expected one of default, interval, busy_interval, active_interval, session_ttl, tmux, memory, runners, decide, gates, budget, prices, telemetry, attach, notify",
      "Did you mean default?",
    ],
    [
      "a mistyped key of a runner",
      '[runners.pi]\ntikc = "pi"\n',
      "line 2: unknown key runners.pi.tikc; expected one of tick, decide, interactive, resume, cost",
      "Did you mean runners.pi.tick?",
    ],
    [
      "an unknown table",
      '\n[models]\nmodel = "x"\n',
      "line 2: unknown key models; expected one of default, interval, busy_interval, active_interval, session_ttl, tmux, memory, runners, decide, gates, budget, prices, telemetry, attach, notify",
      "Known here: default, interval, busy_interval, active_interval, session_ttl, tmux, memory, runners, decide, gates, budget, prices, telemetry, attach, notify",
    ],
    [
      "a key without a value",
      'default = "pi"\ninterval =\n',
      "line 2: unexpected character, expecting string, number, datetime, boolean, inline array or inline table",
      "Correct line 2; a setting looks like: interval = 60",
    ],
    [
      "a text without its end",
      'default = "pi\n',
      "line 1: unterminated string; expected TOML",
      "Correct line 1; a setting looks like: interval = 60",
    ],
    [
      "a key that is set twice",
      "interval = 1\ninterval = 2\n",
      "line 2: cannot redefine existing key; expected TOML",
      "Correct line 2; a setting looks like: interval = 60",
    ],
    [
      "the first of several, by line",
      'interval = 0\n[runners.pi]\ntick = 1\nnope = "x"\n',
      "line 1: interval is 0; expected a whole number of seconds, 1 to 2147483",
      "Correct it or remove it",
    ],
  ];
  test.each(cases)("%s", async (_title, text, message, hint) => {
    put("looop.toml", text);
    const error = await refusal();
    expect(error.message).toBe(`Cannot read the config ${at("looop.toml")}: ${message}`);
    expect([error.hint, error.exit]).toEqual([hint, 3]);
  });

  test("without control characters in the message", async () => {
    put("looop.toml", '"\\u001b[31mkey" = "\\u001b]0;title\\u0007"\n');
    const error = await refusal();
    expect(`${error.message}${error.hint}`).not.toMatch(/[\x00-\x1f]/);
  });

  test("that is a folder", async () => {
    mkdirSync(at("looop.toml"));
    const error = await refusal();
    expect(error.message).toBe(`Cannot read ${at("looop.toml")}: it is a folder`);
    expect([error.hint, error.exit]).toEqual([
      "Make the config a file that your user can read, or name another with LOOOP_CONFIG",
      3,
    ]);
  });
});

describe("readConfig() of looop.json", () => {
  test("ignores unknown keys, each with a warning", async () => {
    put("looop.json", '{"model":"x","default":"pi","runners":{"pi":{"tick":"pi","color":1}}}');
    const { config, warnings } = await read();
    expect(config.default).toBe("pi");
    expect(warnings).toEqual([
      `${at("looop.json")}: unknown key runners.pi.color is ignored`,
      `${at("looop.json")}: unknown key model is ignored`,
    ]);
  });

  test("clamps any number of an interval, with a warning", async () => {
    put("looop.json", '{"interval":-5,"busy_interval":2.9,"active_interval":1e300}');
    const { config, warnings } = await read();
    expect([config.interval, config.busy_interval, config.active_interval]).toEqual([1, 2, 2_147_483]);
    expect(warnings).toEqual([
      "interval is -5 in the config: using 1",
      "busy_interval is 2.9 in the config: using 2",
      "active_interval is 1e+300 in the config: using 2147483",
    ]);
  });

  test("returns all defaults for an empty file", async () => {
    put("looop.json", " \n");
    expect((await read()).config.default).toBe("claude");
  });

  const broken: [title: string, text: string, want: string][] = [
    ["a wrong type", '{"default":1}', "default is 1; expected the name of a runner"],
    ["a list", "[]", "the whole file is a list; expected a table of settings"],
    ["broken JSON", '{"default":', "it is not JSON ("],
  ];
  test.each(broken)("throws with exit 3 for %s", async (_title, text, want) => {
    put("looop.json", text);
    const error = await refusal();
    expect(error.message).toStartWith(`Cannot read the config ${at("looop.json")}: ${want}`);
    expect(error.exit).toBe(3);
  });
});
