import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { profile } from "../../support/program/profile.ts";

const now = () => `${new Date().toISOString().slice(0, 19)}Z`;
const row = (ts: string, runner: string, more: string) =>
  `{"v":1,"ts":"${ts}","kind":"tick","id":"t","runner":"${runner}"${more}}\n`;

describe("looop cost", () => {
  test("sums up all calls, by kind and by runner", () => {
    const it = profile();
    it.write(
      "cost.jsonl",
      '{"cost_usd":0.25,"id":"g","kind":"goal","runner":"pi","ts":"2020-01-01T00:00:00Z"}\n' +
        row(now(), "claude", ',"cost_usd":0.1,"source":"measured"') +
        row(now(), "claude", ',"cost_usd":0.2,"source":"measured"') +
        row(now(), "codex", ',"tokens_in":5,"source":"unknown"'),
    );
    looop(["cost"], {
      profile: it,
      stdout: `looop cost — all time
  total: $0.55  (4 calls, 1 of unknown cost)
  by kind:
    goal: $0.25
    tick: $0.3  (1 of unknown cost)
  by runner:
    claude: $0.3
    codex: $0  (1 of unknown cost)
    pi: $0.25
  by goal:
    g: $0.25
  decided: 4 times
`,
    });
    looop(["cost", "today"], {
      profile: it,
      stdout: /^looop cost — today \(\d{4}-\d\d-\d\d local\)\n {2}total: \$0\.3 {2}\(3 calls, 1 of unknown cost\)\n/,
    });
  });

  test("begins a day at local midnight", () => {
    const it = profile({ env: { TZ: "Etc/GMT-14" } });
    const [hourMs, dayMs] = [3_600_000, 86_400_000];
    const midnight = Math.floor((Date.now() + 14 * hourMs) / dayMs) * dayMs - 14 * hourMs;
    const at = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
    it.write("cost.jsonl", row(at(midnight - 1_000), "pi", ',"cost_usd":1') + row(at(midnight), "pi", ',"cost_usd":2'));
    looop(["cost", "today"], { profile: it, stdout: /\n {2}total: \$2 {2}\(1 call\)\n/ });
  });

  test("prints one JSON object with a version", () => {
    const it = profile();
    it.write("cost.jsonl", row(now(), "pi", ',"cost_usd":0.1,"tokens_in":7,"tokens_out":2,"source":"measured"'));
    const { stdout } = looop(["cost", "today", "--json"], { profile: it, stdout: /^\{.*\}\n$/ });
    const sums = { total_usd: 0.1, calls: 1, unknown_calls: 0, tokens_in: 7, tokens_out: 2 };
    expect(JSON.parse(stdout)).toEqual({
      v: 1,
      scope: "today",
      day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      ...sums,
      measured_usd: 0.1,
      estimated_usd: 0,
      decides: 1,
      skips: {},
      saved_usd_estimate: 0,
      by_kind: { tick: sums },
      by_runner: { pi: sums },
      by_goal: {},
      by_worker: {},
      by_day: { [JSON.parse(stdout).day]: sums },
    });
  });

  test("prints valid JSON with zeros without a ledger", () => {
    const { stdout } = looop(["cost", "--json"], { stdout: /^\{.*\}\n$/ });
    expect(JSON.parse(stdout)).toMatchObject({ v: 1, scope: "all", total_usd: 0, calls: 0, by_kind: {} });
  });

  test("says that nothing is recorded, and names the ledger's path", () => {
    const it = profile();
    looop(["cost"], {
      profile: it,
      stdout: `looop cost — all time\n  total: $0  (0 calls)\n  nothing is recorded; the ledger is ${join(it.data, "cost.jsonl")}\n`,
    });
  });

  test("marks estimates, and reports how many beats skipped the decide and what that saved", () => {
    const it = profile();
    const date = new Date().toLocaleDateString("sv");
    it.write(
      "cost.jsonl",
      [0.1, 0.2, 0.3].map((usd) => row(now(), "claude", `,"cost_usd":${usd},"source":"measured"`)).join("") +
        row(now(), "codex", ',"cost_usd":0.05,"source":"estimated"'),
    );
    const days = { [date]: { claude: { unchanged: 10, budget: 3 } }, "2020-01-01": { claude: { unchanged: 1 } } };
    it.write("skips.json", JSON.stringify({ v: 1, days }));
    const said = looop(["cost", "today"], { profile: it, stdout: ANYTHING }).stdout;
    expect(said).toContain("  of that: $0.6 measured, $0.05 estimated from tokens\n");
    expect(said).toContain("  decided: 4 times; did not decide 13 times (unchanged 10, budget 3)\n");
    expect(said).toContain("  saved by that: about $2 (an estimate: the median decide, each time)\n");
    const json = JSON.parse(looop(["cost", "--json"], { profile: it, stdout: ANYTHING }).stdout);
    expect(json).toMatchObject({ skips: { unchanged: 11, budget: 3 }, saved_usd_estimate: 2.2, estimated_usd: 0.05 });
  });

  test("counts every skipped beat, with its reason", () => {
    const it = profile();
    it.write("PLAYBOOK.md", "Be quiet.\n");
    it.config('default = "offline"\n');
    for (let beat = 0; beat < 4; beat++) looop(["tick"], { profile: it, stdout: ANYTHING });
    looop(["freeze", "--all"], { profile: it, stdout: ANYTHING });
    looop(["tick"], { profile: it, exit: 7, stdout: ANYTHING });
    looop(["cost"], { profile: it, stdout: /decided: 1 time; did not decide 4 times \(unchanged 3, frozen 1\)\n/ });
  });

  test("sums up since a day, and by one group", () => {
    const it = profile();
    const session = (id: string, usd: number) =>
      row(now(), "claude", `,"cost_usd":${usd}`).replace('"kind":"tick","id":"t"', `"kind":"session","id":"${id}"`);
    it.write(
      "cost.jsonl",
      row("2020-01-01T12:00:00Z", "pi", ',"cost_usd":9') + session("looop-a", 1) + session("a", 2),
    );
    const week = looop(["cost", "--since", "7d", "--by", "worker"], { profile: it, stdout: ANYTHING }).stdout;
    expect(week).toMatch(
      /^looop cost — since \d{4}-\d\d-\d\d \(local\)\n {2}total: \$3 {2}\(2 calls\)\n {2}by worker:\n {4}a: \$3\n$/,
    );
    looop(["cost", "--since", "2020-01-01"], { profile: it, stdout: /total: \$12 / });
    looop(["cost", "--since", "2020-01-02"], { profile: it, stdout: /total: \$3 / });
    for (const since of ["tomorrow", "2020-02-31", "0d"])
      looop(["cost", "--since", since], { profile: it, exit: 2, stderr: /it is neither a date nor a number of days/ });
    looop(["cost", "--by", "colour"], { profile: it, exit: 2, stderr: /there is no group "colour"/ });
  });

  test("draws a bar for each day, including days without spend", () => {
    const it = profile();
    const at = (day: string, usd: number) => row(`2026-03-${day}T12:00:00Z`, "pi", `,"cost_usd":${usd}`);
    it.write("cost.jsonl", at("01", 2) + at("03", 1));
    const { stdout } = looop(["cost", "plot"], { profile: it, stdout: ANYTHING });
    const bars = stdout
      .split("\n")
      .map((line) => [line.slice(0, 10), line.match(/#/g)?.length ?? 0, line.match(/\$.*/)?.[0]]);
    const [[, most]] = bars as [[string, number]];
    expect(most).toBeGreaterThan(40);
    expect(bars.slice(0, 3)).toEqual([
      ["2026-03-01", most, "$2"],
      ["2026-03-02", 0, "$0"],
      ["2026-03-03", most / 2, "$1"],
    ]);
    looop(["cost", "plot"], { stdout: "nothing is recorded\n" });
  });

  test("refuses an unknown scope, also without a ledger", () => {
    looop(["cost", "tody"], {
      exit: 2,
      stderr: 'looop: Cannot read the command line: there is no scope "tody"\n  hint: Did you mean today?\n',
    });
  });

  test("names the ledger when it cannot be read", () => {
    const it = profile();
    it.write("cost.jsonl/x", "");
    looop(["cost"], { profile: it, exit: 1, stderr: /^looop: Cannot read .*cost\.jsonl: it is a folder\n/ });
  });

  test("removes control characters from the ledger's words", () => {
    const it = profile();
    it.write("cost.jsonl", row(now(), "\\u001b]0;owned\\u0007pi", ',"cost_usd":1'));
    looop(["cost"], { profile: it, stdout: /\n {4}pi: \$1\n/ });
  });
});

describe("a beat that decides", () => {
  const runs: [title: string, tick: string, exit: number, want: object][] = [
    ["is one row of unknown cost when its runner says nothing of it", "cat > /dev/null", 0, { source: "unknown" }],
    [
      "is one row also when its runner is ended for taking too long",
      'sleep 60 | "$LOOOP_BIN" _fmt',
      1,
      { source: "unknown" },
    ],
    ["is one row also when its runner fails", "cat > /dev/null; exit 9", 1, { source: "unknown" }],
    [
      "is one row with what its runner counted",
      'cat > /dev/null; echo \'{"type":"result","total_cost_usd":0.25}\' | "$LOOOP_BIN" _fmt',
      0,
      { cost_usd: 0.25, source: "measured" },
    ],
  ];
  test.each(runs)("%s", (_title, tick, exit, want) => {
    const it = profile();
    it.config(`default = "mine"\n[runners.mine]\ntick = ${JSON.stringify(tick)}\n`);
    looop(["tick"], { profile: it, env: { LOOOP_TICK_TIMEOUT: "2" }, exit, stdout: ANYTHING, stderr: ANYTHING });
    const rows = (it.read("cost.jsonl") ?? "")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows).toEqual([
      { v: 1, ts: expect.any(String), kind: "tick", id: expect.stringMatching(/^tick-/), runner: "mine", ...want },
    ]);
    looop(["status"], { profile: it, stdout: /\ncost today: \$(0|0\.25) {2}\(1 call(, 1 of unknown cost)?\)\n/ });
  });
});

describe("looop _cost", () => {
  test("adds one row with its keys in order, and prints nothing", () => {
    const it = profile();
    looop(["_cost", "session", "docs", "claude", "0.42"], { profile: it });
    expect(it.read("cost.jsonl")).toMatch(
      /^\{"v":1,"ts":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ","kind":"session","id":"docs","runner":"claude","cost_usd":0\.42,"source":"measured"\}\n$/,
    );
  });

  test.each(["-5", "-Infinity", "NaN", "inf", "1e999", "1000000", "free", "", "--json", "1,50"])(
    "drops the figure %p with a warning, and exits 0",
    (figure) => {
      const it = profile();
      looop(["_cost", "session", "docs", "claude", figure], {
        profile: it,
        stderr: /No cost recorded for "docs": ".*" is not a number of USD from 0 to 100000/,
      });
      expect(it.read("cost.jsonl")).toBeUndefined();
    },
  );

  test("drops a call that does not have four words", () => {
    const it = profile();
    looop(["_cost", "session", "docs"], { profile: it, stderr: /expected <kind> <id> <runner> <usd>, got 2 words/ });
    expect(it.read("cost.jsonl")).toBeUndefined();
  });

  test("names the ledger when the row cannot be written, and fails", () => {
    const it = profile();
    it.write("cost.jsonl/x", "");
    looop(["_cost", "session", "docs", "claude", "1"], { profile: it, exit: 1, stderr: /cost\.jsonl: it is a folder/ });
  });
});
