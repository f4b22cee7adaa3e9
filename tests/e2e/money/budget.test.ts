import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, renameSync, rmSync, symlinkSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { doctorReport, findingsOf } from "../../support/machine/doctor.ts";
import { eventNames } from "../../support/model/shell-decider.ts";
import { openAsks } from "../../support/model/typed-model.ts";
import { ANYTHING, looop, start } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { fleetProfile, sessions } from "../../support/session/workers.ts";

/** Makes a runner in typed mode that reports this cost in claude's format. */
function costing(me: Profile, usd: number | string, budget: string, more = ""): Profile {
  const result = `{"type":"result","subtype":"success","is_error":false,"total_cost_usd":${usd},"result":"{\\"action\\":\\"noop\\",\\"journal\\":\\"looked\\"}"}`;
  return decider(me, `cat >/dev/null; echo call >> ~/calls.txt; ${more} echo '${result}'`, budget);
}

function decider(me: Profile, decide: string, budget: string): Profile {
  if (me.read("PLAYBOOK.md") === undefined) me.write("PLAYBOOK.md", "Be quiet.\n");
  me.config(
    `default = "fake"\n[decide]\nmode = "typed"\n${budget}\n[runners.fake]\ndecide = ${JSON.stringify(decide)}\n`,
  );
  return me;
}

/** Runs one beat after a change. */
function wake(me: Profile): void {
  me.goal("waker", `${Math.random()}\n`);
}

function tick(me: Profile, expected: Parameters<typeof looop>[1] = {}) {
  wake(me);
  return looop(["tick"], { profile: me, stdout: ANYTHING, ...expected });
}

const calls = (me: Profile) =>
  looop(["cost", "--json"], { profile: me, stdout: ANYTHING }).stdout.match(/"calls":(\d+)/)?.[1];

const status = (me: Profile) =>
  JSON.parse(looop(["status", "--json"], { profile: me, stdout: ANYTHING }).stdout) as {
    budget: { caps: string | null; held: string | null; until: string | null; frozen: boolean };
  };

describe("a day's cap", () => {
  test("holds a beat without headroom, with exit 7, reports it in every place, and spends nothing", () => {
    const me = costing(profile(), 0.4, "[budget]\nday_usd = 1.0");
    tick(me);
    tick(me);
    const held = /held until .*: \$0\.8 of \$1 is spent today, and the next call needs \$0\.4 \(budget\.day_usd\)/;
    tick(me, { exit: 7, stdout: held });
    expect(calls(me)).toBe("2");
    expect(eventNames(me)).toContain("tick_held");
    expect(tick(me, { exit: 7 }).stdout).toMatch(/NEEDS YOU\n.*held: \$0\.8 of \$1 is spent today/);
    expect(status(me).budget).toMatchObject({ caps: "$1 a day", held: expect.stringContaining("$0.8 of $1") });
    looop(["status"], { profile: me, stdout: /needs you:\n.*held: \$0\.8 of \$1/ });
    expect(calls(me)).toBe("2");
  });

  test("still runs sensors and shows waiting questions while the budget holds", () => {
    const me = costing(profile(), 0.4, "[budget]\nday_usd = 0.1");
    me.sensor("eye", "date >> ~/sensed.txt; echo 1");
    me.write("attention.md", "water the roof\n");
    costing(me, 0.4, "[budget]\nday_usd = 0");
    const { stdout } = tick(me, { exit: 7 });
    expect(stdout).toMatch(/sensed 1/);
    expect(stdout).toMatch(/water the roof/);
    expect(calls(me)).toBe("0");
  });

  test("skips an unchanged world while the budget holds, and still tells the person", () => {
    const me = costing(profile(), 1, "[budget]\nday_usd = 1.0");
    looop(["tick"], { profile: me, stdout: ANYTHING });
    looop(["tick"], { profile: me, stdout: /world unchanged[\s\S]*NEEDS YOU\n.*held: \$1 of \$1/ });
  });

  test("decides again when the cap is raised", () => {
    const me = costing(profile(), 1, "[budget]\nday_usd = 1.0");
    tick(me);
    tick(me, { exit: 7 });
    costing(me, 1, "[budget]\nday_usd = 5.0");
    tick(me);
    expect(calls(me)).toBe("2");
  });

  test("holds a forced move, a replay and a dry run as well", () => {
    const me = costing(profile(), 1, "[budget]\nday_usd = 1.0");
    tick(me);
    const stderr = /held: \$1 of \$1 is spent today/;
    looop(["run", "waker"], { profile: me, exit: 7, stdout: ANYTHING, stderr });
    const [beat = ""] = readdirSync(join(me.data, "runs")).filter((name) => name.startsWith("tick-"));
    looop(["replay", beat], { profile: me, exit: 7, stderr });
    wake(me);
    looop(["tick", "--dry-run"], { profile: me, exit: 7, stdout: /held until .*\$1 of \$1/, stderr: ANYTHING });
    expect(calls(me)).toBe("1");
  });

  test("holds a goal's forced moves at the goal's own cap", () => {
    const me = costing(profile(), 0.6, "[budget]\ngoal_usd = { waker = 1.0 }");
    wake(me);
    me.goal("other", "true\n");
    looop(["run", "waker"], { profile: me, stdout: ANYTHING });
    looop(["run", "waker"], {
      profile: me,
      exit: 7,
      stdout: ANYTHING,
      stderr: /the goal waker has spent \$0\.6 of \$1/,
    });
    looop(["run", "other"], { profile: me, stdout: ANYTHING });
  });

  test("never holds the offline runner, because it costs nothing", () => {
    const me = profile();
    me.write("PLAYBOOK.md", "Be quiet.\n");
    me.config('default = "offline"\n[budget]\nday_usd = 0\n');
    looop(["tick"], { profile: me, stdout: ANYTHING });
  });
});

describe("without a cap", () => {
  test("status says that there is no cap", () => {
    const me = costing(profile(), 1, "");
    tick(me);
    looop(["status"], { profile: me, stdout: /\nbudget: {5}no cap: the config has no \[budget\]\n/ });
  });
});

describe("a ledger that cannot be trusted", () => {
  test("holds while the ledger is damaged, and goes on once it is repaired", () => {
    const me = costing(profile(), 0.1, "[budget]\nday_usd = 1.0");
    tick(me);
    const whole = me.read("cost.jsonl") ?? "";
    me.write("cost.jsonl", `${whole}rubbish\n`);
    tick(me, { exit: 7, stdout: /held: Cannot tell what was spent: the ledger .* is damaged/ });
    me.write("cost.jsonl", whole);
    tick(me);
    expect(calls(me)).toBe("2");
  });

  const row = (usd: number) =>
    `{"v":1,"ts":"2026-01-01T00:00:00Z","kind":"tick","id":"t","runner":"x","cost_usd":${usd}}\n`;
  const damage: [title: string, text: string][] = [
    ["zeros at its end, which a power cut leaves", "\0".repeat(4_096)],
    ["zeros in its middle", `${"\0".repeat(100)}\n${row(0.25)}`],
    ["words that are no row", `rubbish\n${row(0.25)}`],
    ["half a row behind zeros", `\0\0\0usd":1}\n${row(0.25)}`],
  ];
  test.each(damage)("ends the hold of a ledger with %s, and keeps what it set aside", (_title, text) => {
    const me = costing(profile(), 0.5, "[budget]\nday_usd = 10.0");
    tick(me);
    const ledger = `${row(1)}${text}`;
    me.write("cost.jsonl", ledger);
    tick(me, { exit: 7, stdout: /held: Cannot tell what was spent.*is damaged.*\. Type looop doctor --fix: / });
    looop(["status"], { profile: me, stdout: /Type looop doctor --fix: / });
    expect(findingsOf(me)).toMatchObject([{ check: "files", level: "problem", fixable: true }]);

    const { fixed, healthy } = doctorReport(me, ["--fix"]);

    expect([healthy, fixed]).toEqual([
      true,
      [expect.stringMatching(/^set aside a line of .*cost\.jsonl in .*\.damaged$/)],
    ]);
    expect(me.read("cost.jsonl")?.length).toBe(ledger.length);
    expect(ledger).toContain((me.read("cost.jsonl.damaged") ?? "?").slice(0, -1));
    tick(me);
    looop(["cost"], { profile: me, stdout: text.includes("0.25") ? /total: \$1\.75 / : /total: \$1\.5 / });
  });
});

describe("a ledger that is lost", () => {
  const linked = (to: string) => (path: string) => {
    rmSync(path);
    symlinkSync(to, path);
  };
  const losses: [what: string, change: (path: string) => void, stdout: RegExp][] = [
    ["removed", (path) => rmSync(path), /\$0\.9 of \$1 is spent today/],
    ["emptied", (path) => truncateSync(path), /\$0\.9 of \$1 is spent today/],
    ["moved away", (path) => renameSync(path, `${path}.1`), /\$0\.9 of \$1 is spent today/],
    ["a link to nowhere", linked("/not-mounted/c.jsonl"), /it is a broken link/],
    ["a device", linked("/dev/null"), /it is not a file/],
  ];
  test.each(losses)("does not start the day's total again when the ledger is %s", (_title, change, stdout) => {
    const me = costing(profile(), 0.9, "[budget]\nday_usd = 1.0");
    tick(me);
    change(join(me.data, "cost.jsonl"));
    for (let beat = 0; beat < 2; beat++) tick(me, { exit: 7, stdout });
    expect(me.read("../home/calls.txt")).toBe("call\n");
  });

  test("does not start the day's total again right after a replay that no beat has counted", () => {
    const me = costing(profile(), 0.3, "[budget]\nday_usd = 1.0");
    tick(me);
    const [beat = ""] = readdirSync(join(me.data, "runs")).filter((name) => name.startsWith("tick-"));
    for (let time = 0; time < 2; time++) looop(["replay", beat], { profile: me, stdout: ANYTHING, stderr: ANYTHING });
    rmSync(join(me.data, "cost.jsonl"));
    tick(me, { exit: 7, stdout: /\$0\.9 of \$1 is spent today/ });
  });

  test("holds everything when the ledger is lost during a call, until the person decides", () => {
    const lose = "rm -f $LOOOP_DATA_DIR/cost.jsonl; ln -s /not-mounted/c.jsonl $LOOOP_DATA_DIR/cost.jsonl;";
    const me = costing(profile(), 0.3, "[budget]\nday_usd = 1.0", lose);
    tick(me);
    rmSync(join(me.data, "cost.jsonl"));
    const held = /held: a call of fake for \$0\.3 could not be recorded.*looop thaw --all/;
    tick(me, { exit: 7, stdout: held });
    looop(["status"], { profile: me, stdout: /⚑ held: a call of fake for \$0\.3 could not be recorded/ });
    looop(["thaw", "--all", "--yes-i-am-the-person"], { profile: me, stdout: ANYTHING });
    tick(me);
    expect(me.read("../home/calls.txt")).toBe("call\ncall\n");
  });
});

describe("spend of unknown cost", () => {
  const SILENT = `cat >/dev/null; echo '{"action":"noop","journal":"looked"}'`;

  test("asks nothing about a runner that the person says is free, and the question names that setting", () => {
    const silent = (cost: string) =>
      `default = "fake"\n[decide]\nmode = "typed"\n[budget]\nday_usd = 10.0\n[runners.fake]\ndecide = ${JSON.stringify(SILENT)}\n${cost}`;
    const me = profile();
    me.write("PLAYBOOK.md", "Be quiet.\n");
    me.config(silent(""));
    for (let call = 0; call < 3; call++) tick(me);
    tick(me, { exit: 7 });
    looop(["asks"], { profile: me, stdout: /cost = 0 under \[runners\.fake\]/ });

    me.config(silent("cost = 0\n"));
    for (let call = 0; call < 3; call++) tick(me);

    expect(calls(me)).toBe("6");
  });

  test("asks the person after three calls of unknown cost; a yes allows ten more, a no allows none", () => {
    const me = decider(profile(), SILENT, "[budget]\nday_usd = 10.0");
    for (let call = 0; call < 3; call++) tick(me);
    tick(me, { exit: 7, stdout: /held until .*the cost of 3 calls of fake today is unknown.*looop answer \w+ yes/ });
    tick(me, { exit: 7 });
    const [ask, ...more] = openAsks(me);
    expect(more).toEqual([]);
    looop(["answer", ask?.id ?? "", "yes", "--yes-i-am-the-person"], { profile: me, stdout: ANYTHING });
    for (let call = 0; call < 10; call++) tick(me);
    tick(me, { exit: 7 });
    expect(calls(me)).toBe("13");
    looop(["answer", openAsks(me)[0]?.id ?? "", "no", "--yes-i-am-the-person"], { profile: me, stdout: ANYTHING });
    tick(me, { exit: 7 });
    expect([openAsks(me), calls(me)]).toEqual([[], "13"]);
  });

  test.each([
    ["deny", 1],
    ["allow", 5],
  ])("needs no question with %s: it allows %d of five calls", (policy, want) => {
    const me = decider(profile(), SILENT, `[budget]\nday_usd = 10.0\nunknown = "${policy}"`);
    for (let call = 0; call < 5; call++) {
      wake(me);
      looop(["tick"], { profile: me, exit: call < want ? 0 : 7, stdout: ANYTHING });
    }
    expect(calls(me)).toBe(`${want}`);
  });
});

describe("a budget that cannot be meant", () => {
  const wrong: [title: string, table: string, line: number, what: RegExp][] = [
    [
      "a negative cap",
      "day_usd = -1",
      6,
      /budget\.day_usd is -1; expected an amount of USD, 0 \(nothing may spend\) to/,
    ],
    ["a cap of the goal that is negative", "goal_usd = { a = -2 }", 6, /budget\.goal_usd\.a is -2/],
    ["a text", 'beat_usd = "1"', 6, /budget\.beat_usd/],
    ["a cap that is not a number", "day_usd = nan", 6, /budget\.day_usd/],
    ["an unknown key", "daily_usd = 1.0", 6, /unknown key budget\.daily_usd.*day_usd/],
    ["an unknown way", 'on_breach = "explode"', 6, /budget\.on_breach is .*expected "freeze" or "stop"/],
  ];
  test.each(wrong)("refuses %s, names the key and the line, and spends nothing", (_title, table, line, what) => {
    const me = costing(profile(), 1, `[budget]\nbeat_usd = 1.0\n${table}`.replace("beat_usd = 1.0\nbeat", "beat"));
    const { stderr } = looop(["tick"], { profile: me, exit: 3, stdout: ANYTHING, stderr: what });
    expect(stderr).toContain(`line ${table.startsWith("beat") ? line - 1 : line}`);
    expect(calls(me)).toBe("0");
  });
});

describe("a worker", () => {
  const start = ["start-session", "w1", "do it"];

  test("is not started when the day has no headroom for its first request", () => {
    const me = costing(profile(), 0.97, "[budget]\nday_usd = 1.0");
    tick(me);
    const stderr = /Cannot start the worker w1: held: \$0\.97 of \$1 is spent today, and the next call needs \$0\.05/;
    looop([...start, "--command", "true"], { profile: me, exit: 7, stderr });
    expect(sessions(me)).toEqual([]);
  });

  test("is not started on a budget of 0, unless it is free", () => {
    const me = fleetProfile('default = "offline"\n[budget]\nworker_usd = 0\n');
    looop([...start, "--command", "true"], {
      profile: me,
      exit: 7,
      stderr: /budget\.worker_usd is 0: nothing may spend/,
    });
    looop(start, { profile: me, stdout: /started looop-w1/ });
  });
});

describe("a decide that passes its cap", () => {
  /** One request of a million tokens of a model at $2, in claude's own words; then it would go on for a minute. */
  const request = JSON.stringify({
    type: "assistant",
    message: { id: "m1", model: "dear-1", usage: { input_tokens: 1_000_000 }, content: [] },
  });
  const PRICES = "[prices.dear]\ninput = 2.0\noutput = 8.0\n";
  const runner = (then: string) => `cat >/dev/null; echo '${request}'; ${then}`;

  test("is ended during the call, books its cost as an estimate, and says why", () => {
    const me = decider(profile(), runner("sleep 60; touch ~/went-on"), `[budget]\nbeat_usd = 0.5\n${PRICES}`);
    const stdout = /failed .*it was ended in flight: it had spent about \$2.* of the \$0\.5 it may/;
    tick(me, { exit: 1, stdout });
    expect(JSON.parse(me.read("cost.jsonl") ?? "")).toMatchObject({
      cost_usd: expect.closeTo(2, 3),
      source: "estimated",
    });
    expect(existsSync(join(me.home, "went-on"))).toBe(false);
  });

  test("is ended by the headroom of the day, too", () => {
    const me = decider(profile(), runner("sleep 60"), `[budget]\nday_usd = 1.0\n${PRICES}`);
    tick(me, { exit: 1, stdout: /it had spent about \$2.* of the \$1 it may/ });
    tick(me, { exit: 7 });
  });

  test("counts at its own figure when it had already finished", () => {
    const answer =
      '{"type":"result","subtype":"success","total_cost_usd":0.9,"result":"{\\"action\\":\\"noop\\",\\"journal\\":\\"looked\\"}"}';
    const me = decider(profile(), runner(`echo '${answer}'`), `[budget]\nbeat_usd = 5.0\n${PRICES}`);
    tick(me);
    expect(JSON.parse(me.read("cost.jsonl") ?? "")).toMatchObject({ cost_usd: 0.9, source: "measured" });
  });

  test("is ended in agent mode as well, when looop reads its stream directly", () => {
    const me = profile();
    me.write("PLAYBOOK.md", "Be quiet.\n");
    me.config(
      `default = "fake"\n[budget]\nbeat_usd = 0.5\n${PRICES}[runners.fake]\ntick = ${JSON.stringify(runner("sleep 60"))}\n`,
    );
    tick(me, { exit: 1, stdout: /it was ended in flight: it had spent about \$2/ });
  });
});

test("prices tokens without a cost by the table, and counts them as an estimate", () => {
  const turn = '{"type":"turn.completed","usage":{"input_tokens":1000000,"output_tokens":100000}}';
  const item =
    '{"type":"item.completed","item":{"type":"agent_message","text":"{\\"action\\":\\"noop\\",\\"journal\\":\\"ok\\"}"}}';
  const me = decider(
    profile(),
    `cat >/dev/null; echo '${item}'; echo '${turn}'`,
    "[prices.fake]\ninput = 0.5\noutput = 1.0\n",
  );
  tick(me);
  expect(JSON.parse(me.read("cost.jsonl") ?? "")).toMatchObject({ cost_usd: 0.6, source: "estimated" });
});

test.each([
  ["its own figure", '{"type":"result","subtype":"success","total_cost_usd":0.9,"result":"@"}', "measured"],
  ["its tokens", '{"type":"turn.completed","usage":{"input_tokens":900000}}', "estimated"],
])(
  "books the larger figure when a runner reports less with _cost than by %s in its stream",
  (_title, event, source) => {
    const move = '{\\"action\\":\\"noop\\",\\"journal\\":\\"ok\\"}';
    const item = `{"type":"item.completed","item":{"type":"agent_message","text":"${move}"}}`;
    const events = event.includes("@") ? event.replace("@", move) : `${item}\n${event}`;
    const less = '"$LOOOP_BIN" _cost "$LOOOP_COST_KIND" "$LOOOP_COST_ID" x 0.0001';
    const budget = "[budget]\nday_usd = 1.0\n[prices.fake]\ninput = 1.0\noutput = 1.0\n";
    const me = decider(profile(), `cat >/dev/null; echo '${events}'; ${less}`, budget);
    tick(me);
    expect(rows(me)).toMatchObject([{ cost_usd: 0.0001 }, { cost_usd: 0.8999, source }]);
    tick(me, { exit: 7, stdout: /\$0\.9 of \$1 is spent today/ });
  },
);

test("refuses a runner named command, the name for workers without a model", () => {
  const me = profile();
  me.config('default = "command"\n[budget]\nunknown = "deny"\n[runners.command]\ndecide = "true"\n');
  const stderr = /(default|runners\.command).*expected.*another name than "command"/;
  looop(["tick"], { profile: me, exit: 3, stdout: ANYTHING, stderr });
});

/** Returns the rows of the ledger. */
const rows = (me: Profile) =>
  (me.read("cost.jsonl") ?? "")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { kind: string; cost_usd?: number; source: string });

/** One request of claude's of so many USD, at a price that the config tells. */
const requestOf = (usd: number, id = "m1") =>
  JSON.stringify({
    type: "assistant",
    message: { id, model: "dear-1", usage: { input_tokens: Math.round(usd * 1e6) }, content: [] },
  });
const DEAR = "[prices.dear]\ninput = 1.0\noutput = 1.0\n";

describe("a looop that is killed during a decide", () => {
  /** Kills a beat once its reserve says what `isReached` wants. */
  async function killed(me: Profile, isReached: (reserve: string) => boolean): Promise<void> {
    wake(me);
    const beat = start(["tick"], { profile: me });
    await waitFor("the reserve", () => {
      const [name] = existsSync(join(me.data, ".reserves")) ? readdirSync(join(me.data, ".reserves")) : [];
      return name !== undefined && isReached(me.read(`.reserves/${name}`) ?? "");
    });
    beat.signal("SIGKILL");
    await beat.ended({ exit: "SIGKILL", stdout: ANYTHING });
  }

  const SLOW = `cat >/dev/null; echo '${requestOf(0.7)}'; echo begun >> ~/begun; exec sleep 60`;

  test("books a killed call's reported cost once, as an estimate, and the cap holds", async () => {
    const me = decider(profile(), SLOW, `[budget]\nday_usd = 1.0\n${DEAR}`);
    await killed(me, (reserve) => reserve.includes('"usd":0.7'));
    for (let look = 0; look < 2; look++) tick(me, { exit: 7, stdout: /\$0\.7 of \$1 is spent today/ });
    expect(rows(me)).toMatchObject([{ kind: "tick", cost_usd: expect.closeTo(0.7, 3), source: "estimated" }]);
    expect(readdirSync(join(me.data, ".reserves"))).toEqual([]);
  });

  test("books a call that was killed before it reported as unknown cost", async () => {
    const silent = "cat >/dev/null; exec sleep 60";
    const me = decider(profile(), silent, '[budget]\nday_usd = 1.0\nunknown = "deny"\n');
    await killed(me, (reserve) => reserve.includes('"call"'));
    tick(me, { exit: 7, stdout: /the cost of 1 call of fake today is unknown/ });
    expect(rows(me)).toMatchObject([{ kind: "tick", source: "unknown" }]);
  });
});

test("ends all calls that run at once when together they pass the day's cap", async () => {
  const me = costing(profile(), 0.01, "[budget]\nday_usd = 1.0");
  tick(me);
  const [beat = ""] = readdirSync(join(me.data, "runs")).filter((name) => name.startsWith("tick-"));
  const round = (number: number) =>
    `until test -e ~/round-${number}; do sleep 0.02; done; echo '${requestOf(0.15, `m${number}`)}';`;
  decider(me, `cat >/dev/null; ${[1, 2, 3].map(round).join(" ")} exec sleep 60`, `[budget]\nday_usd = 1.0\n${DEAR}`);
  const replays = [1, 2, 3].map(() => start(["replay", beat], { profile: me }));
  const spent = () => {
    const names = existsSync(join(me.data, ".reserves")) ? readdirSync(join(me.data, ".reserves")) : [];
    const texts = names.filter((name) => name.endsWith(".json")).map((name) => me.read(`.reserves/${name}`) ?? "{}");
    return texts.map((text) => JSON.parse(text).call?.usd).filter((usd) => usd !== undefined);
  };
  await waitFor("three calls", () => spent().length === 3);
  for (const number of [1, 2]) {
    me.write(`../home/round-${number}`, "");
    await waitFor("what each has spent", () => spent().filter((usd) => usd > 0.15 * number - 0.01).length === 3);
  }
  me.write("../home/round-3", "");
  const stdout = /it was ended in flight: it had\s+spent about \$0\.45 of the \$0(\.\d+)? it\s+may/;
  for (const replay of replays) await replay.ended({ exit: 1, stdout });
  expect(rows(me).slice(1)).toEqual(
    replays.map(() => expect.objectContaining({ kind: "replay", cost_usd: expect.closeTo(0.45, 3) })),
  );
});
