import { describe, expect, test } from "bun:test";
import { parse } from "@iarna/toml";
import { parseConfig } from "../../../src/core/config/config.ts";
import { configText, configToml } from "../../../src/core/config/starter.ts";
import { BUILT_IN } from "../../../src/core/runner/built-in.ts";

const CAPS = { day_usd: 10, beat_usd: 0.5, worker_usd: 5, on_breach: "freeze" };

describe("configToml()", () => {
  test.each(Object.keys(BUILT_IN))(
    "is a valid config that only sets %s as the default, typed moves, and caps",
    (name) => {
      const set = { default: name, decide: { mode: "typed" }, budget: CAPS };
      expect(JSON.parse(JSON.stringify(parse(configToml(name))))).toEqual(set);
    },
  );

  test.each(Object.keys(BUILT_IN))("shows what is built in for %s, ready to be uncommented", (name) => {
    const shown = configToml(name).replaceAll(/^# (?=\w+ = |\[)/gm, "");
    const config = parseConfig(JSON.parse(JSON.stringify(parse(shown))), "");
    expect(config).toMatchObject({ default: name, interval: 60, busy_interval: 60, active_interval: 60 });
    expect(config).toHaveProperty(["runners", name], BUILT_IN[name]);
  });
});

describe("configText()", () => {
  test.each(["looop.json", "looop.toml"])("leaves tmux out of %s unless it is not wanted", (path) => {
    const read = (text: string) => (path.endsWith("n") ? JSON.parse(text) : parse(text));
    expect(read(configText(path, "pi", { tmux: true }))).not.toHaveProperty("tmux");
    expect(read(configText(path, "pi", { tmux: false }))).toHaveProperty("tmux", false);
  });

  test("is JSON for a config whose name ends so, and TOML for any other", () => {
    expect(JSON.parse(configText("/c/looop.json", "pi"))).toEqual({
      default: "pi",
      decide: { mode: "typed" },
      budget: CAPS,
    });
    expect(configText("/c/looop.toml", "pi")).toBe(configToml("pi"));
  });
});
