/** Runners at their usage limit, and runners whose events say more than their exit code. */
import { describe, expect, test } from "bun:test";
import { countCalls, decidedBy, events, MOVE, prompt } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { type Profile, profile } from "../../support/program/profile.ts";

/** Returns the command of a decider that prints these events and ends with this exit code. */
function printing(me: Profile, lines: readonly (object | string)[], exit: number): Profile {
  const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
  me.write("../home/said.txt", `${text}\n`);
  return decidedBy(me, `${MOVE}; cat ~/said.txt; exit ${exit}`);
}

const result = (more: object) => ({ type: "result", session_id: "s", total_cost_usd: 0.25, ...more });

/** Returns claude's event for a usage limit that ends in so many seconds. */
function limited(inS: number): object[] {
  const resetsAt = Math.floor(Date.now() / 1_000) + inS;
  return [
    { type: "rate_limit_event", rate_limit_info: { status: "rejected", resetsAt } },
    result({ is_error: true, result: "You've hit your session limit" }),
  ];
}

/** Edits a goal, which would make the next beat decide. */
const edited = (me: Profile) => me.write("PLAYBOOK.md", "Be quiet, please.\n");

describe("a usage limit", () => {
  test("waits until a usage limit ends, whatever is edited, and says in every place until when", () => {
    const me = printing(profile(), limited(7_200), 1);

    looop(["tick"], {
      profile: me,
      exit: 1,
      stdout: /reports an error: You've hit .*; it is asked again after \d\d:\d\d/,
    });
    edited(me);
    looop(["tick"], { profile: me, exit: 7, stdout: /held until .*: fake is at its session usage limit/ });

    expect(countCalls(me)).toBe(1);
    const held = events(me).findLast(({ event }) => event === "tick_held");
    expect(Date.parse(String(held?.["until"])) - Date.now()).toBeGreaterThan(7_100_000);
    looop(["status"], { profile: me, stdout: /held: fake is at its session usage limit .*, for [12]h/ });
    const { stdout } = looop(["status", "--json"], { profile: me, stdout: ANYTHING });
    expect(Date.parse(JSON.parse(stdout).last_beat.until) - Date.now()).toBeGreaterThan(7_100_000);
    looop(["tick", "--dry-run"], { profile: me, exit: 7, stdout: /held until .*: fake is at its session usage limit/ });
  });

  test("decides at once with another runner, whose prompt names the limit", () => {
    const me = printing(profile(), limited(7_200), 1);
    looop(["tick"], { profile: me, exit: 1, stdout: ANYTHING });

    edited(me);
    me.config(`default = "other"\n[runners.other]\ntick = ${JSON.stringify(MOVE)}\n`);
    looop(["tick"], { profile: me, stdout: /└─ done/ });

    expect(prompt(me)).toContain("it is asked again after");
  });

  test("decides again when the usage limit has ended", () => {
    const me = printing(profile(), limited(-1), 1);
    looop(["tick"], { profile: me, exit: 1, stdout: ANYTHING });

    edited(me);
    looop(["tick"], { profile: me, exit: 1, stdout: ANYTHING });

    expect(countCalls(me)).toBe(2);
  });

  test("reads a usage limit from the last words of a runner that prints no events", () => {
    const me = printing(profile(), ["Working …", "You've hit your usage limit. Try again in 2 hours 5 minutes."], 1);
    looop(["tick"], { profile: me, exit: 1, stdout: /it is asked again after/ });

    edited(me);
    looop(["tick"], { profile: me, exit: 7, stdout: /fake is at its usage limit/ });
  });

  test("takes no usage limit from the words of a runner that succeeded", () => {
    const me = printing(profile(), ["The API says: usage limit, try again in 2 hours."], 0);
    looop(["tick"], { profile: me, stdout: /└─ done/ });

    edited(me);
    looop(["tick"], { profile: me, stdout: /└─ done/ });
  });

  test("tries again after an exact end that is past, whatever time of day the words name", () => {
    const [event] = limited(-60);
    const words = "You've hit your session limit · resets 10pm (UTC)";
    const me = printing(profile(), [event ?? {}, result({ is_error: true, result: words })], 1);
    looop(["tick"], { profile: me, exit: 1, stdout: ANYTHING });

    looop(["tick"], { profile: me, exit: 7, stdout: /held until .*: the last beat failed/ });
  });

  test("reads the end in an API's error body, of which only the message is shown", () => {
    const error = {
      type: "usage_limit_reached",
      message: "The usage limit has been reached",
      resets_in_seconds: 7_200,
    };
    const message = { role: "assistant", stopReason: "error", errorMessage: `429 ${JSON.stringify({ error })}` };
    const me = printing(profile(), [{ type: "message_end", message }], 0);
    looop(["tick"], {
      profile: me,
      exit: 1,
      stdout: /error: 429 The usage limit has been reached; it is asked again after/,
    });

    edited(me);
    looop(["tick"], { profile: me, exit: 7, stdout: /held until .*: fake is at its usage limit/ });
    const held = events(me).findLast(({ event }) => event === "tick_held");
    expect(Date.parse(String(held?.["until"])) - Date.now()).toBeGreaterThan(7_000_000);
  });

  test("holds for an hour at most for words alone, which a model or a tool may have quoted", () => {
    const me = printing(profile(), ["The mail says: usage limit, try again in 21 hours."], 1);
    looop(["tick"], { profile: me, exit: 1, stdout: ANYTHING });

    edited(me);
    looop(["tick"], { profile: me, exit: 7, stdout: /fake is at its usage limit/ });
    const held = events(me).findLast(({ event }) => event === "tick_held");
    expect(Date.parse(String(held?.["until"])) - Date.now()).toBeLessThan(3_600_001);
  });

  test("says that a limit was reached whose end it cannot read", () => {
    const me = printing(profile(), [result({ is_error: true, result: "Weekly limit reached" })], 1);

    looop(["tick"], {
      profile: me,
      exit: 1,
      stdout: /Weekly limit reached; it is at its weekly usage limit, and names no end that looop can read/,
    });
  });

  test("takes no usage limit from the words of the model", () => {
    const talk = {
      type: "assistant",
      message: { content: [{ type: "text", text: "The mail says: limit, try again in 30 days" }] },
    };
    const me = printing(profile(), [talk], 1);
    looop(["tick"], { profile: me, exit: 1, stdout: ANYTHING });

    looop(["tick"], { profile: me, exit: 7, stdout: /held until .*: the last beat failed/ });
  });

  test("ignores a usage limit of ten years", () => {
    const me = printing(profile(), ["usage limit: try again in 3650 days"], 1);
    looop(["tick"], { profile: me, exit: 1, stdout: ANYTHING });

    looop(["tick"], { profile: me, exit: 7, stdout: /held until .*: the last beat failed/ });
  });
});

describe("an agent's events", () => {
  test("fails a decide with exit code 0 when its last event is an error, as pi's is", () => {
    const gaveUp = {
      role: "assistant",
      content: [],
      stopReason: "error",
      errorMessage: '500 {"error":{"message":"Oh"}}',
    };
    const me = printing(profile(), [{ type: "message_end", message: gaveUp }], 0);

    looop(["tick"], { profile: me, exit: 1, stdout: /└─ failed .*: the runner reports an error: 500 Oh\n/ });
    expect(me.read(".last-tick-hash")).toBeUndefined();
  });

  test("shows an agent's events as text and meters them, without _fmt", () => {
    const me = printing(profile(), [result({ is_error: false, result: "Done.", usage: { output_tokens: 3 } })], 0);

    looop(["tick"], { profile: me, stdout: /└─ done/ });

    expect(me.read("cost.jsonl")).toContain('"cost_usd":0.25,"tokens_in":0,"tokens_out":3,"source":"measured"');
  });

  const twice: [title: string, pipe: string][] = [
    ["_fmt reads them", '"$LOOOP_BIN" _fmt'],
    ["_fmt reads them and looop sees them too", 'tee /dev/stderr | "$LOOOP_BIN" _fmt'],
    ["_fmt reads a copy of what looop reads", 'tee >("$LOOOP_BIN" _fmt >/dev/null)'],
  ];
  test.each(twice)("counts an agent's cost once when %s", (_title, pipe) => {
    const me = printing(profile(), [], 0);
    me.write("../home/said.txt", `${JSON.stringify(result({ is_error: false, result: "Done." }))}\n`);
    me.config(
      `default = "fake"\n[runners.fake]\ntick = ${JSON.stringify(`${MOVE}; cat ~/said.txt | ${pipe}; sleep 0.3`)}\n`,
    );

    looop(["tick"], { profile: me, stdout: /└─ done/ });

    expect(me.read("cost.jsonl")?.match(/0\.25/g)).toHaveLength(1);
  });

  test("finds answer and bill of an event behind a title and a nag about an update", () => {
    const me = printing(profile(), [], 0);
    const line = `\u001b]0;claude\u0007Update available! ${JSON.stringify(result({ is_error: false, result: "Done." }))}`;
    me.write("../home/said.txt", `${line}\n`);

    looop(["tick"], { profile: me, stdout: /│ Update available! \n[\s\S]*└─ done/ });

    expect(me.read("cost.jsonl")).toContain('"cost_usd":0.25');
  });

  test("reads an event that a line on standard error cuts in two", () => {
    const line = JSON.stringify(result({ is_error: false, result: "x".repeat(200_000) }));
    const me = printing(profile(), [line], 0);
    me.config(
      `default = "fake"\n[runners.fake]\ntick = ${JSON.stringify(`${MOVE}; head -c 100000 ~/said.txt; echo oops >&2; tail -c +100001 ~/said.txt`)}\n`,
    );

    looop(["tick"], { profile: me, stdout: /│ oops\n/ });

    expect(me.read("cost.jsonl")).toContain('"cost_usd":0.25');
  });
});
