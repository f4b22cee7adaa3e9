/** ask, asks, answer, tell and told: between workers and the person, on real workers. */
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { events } from "../../support/model/shell-decider.ts";
import { ANYTHING, looop, looopAsync, type Running, start } from "../../support/program/looop.ts";
import type { Profile } from "../../support/program/profile.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { asks, ME, pendingAsk } from "../../support/session/mailbox.ts";
import { fleetProfile, session, transcript, worker } from "../../support/session/workers.ts";

/** Starts a worker that sleeps, and an ask of that worker. */
async function asking(
  me: Profile,
  words: readonly string[] = ["--prompt", "Which?"],
): Promise<{ id: string; ask: Running }> {
  worker(me, "w", "exec cat >/dev/null");
  const ask = start(["ask", "w", ...words], { profile: me });
  return { id: (await pendingAsk(me)).id, ask };
}

describe("ask", () => {
  test("prints only the answer in a worker's own shell, and raises its flag while it waits", async () => {
    const me = fleetProfile();
    const command =
      'db=$("$LOOOP_BIN" ask w --prompt "Which database?" --options postgres,sqlite); echo "<$db>"; sleep 1000';
    worker(me, "w", command);
    const { id } = await pendingAsk(me);
    await waitFor("the flag", () => session(me, "looop-w")?.note === `[${id}] Which database? (postgres, sqlite)`);
    looop(["answer", id, "SQLite", ME], { profile: me, stdout: `answered ${id} for w\n` });
    await waitFor("the answer in the worker", () => transcript(me, "looop-w").includes("<sqlite>"));
    expect(session(me, "looop-w")?.note).toBeNull();
    await waitFor("the end of the ask", () => asks(me).length === 0);
    // Deno clears its own progress line on a terminal.
    expect(transcript(me, "looop-w").replaceAll(/\x1b\[\w*/g, "")).toBe("<sqlite>\r\n");
  });

  test("keeps the lines of a long answer", async () => {
    const me = fleetProfile();
    const { id, ask } = await asking(me);
    looop(["answer", id, "-", ME], { profile: me, stdin: "one\n\ntwo\n", stdout: ANYTHING });
    await ask.ended({ stdout: "one\n\ntwo\n" });
  });

  test("waits on for an ask that was cut off when the same question is put again", async () => {
    const me = fleetProfile();
    const { id, ask } = await asking(me);
    ask.signal("SIGKILL");
    await ask.ended({ exit: "SIGKILL" });
    const again = start(["ask", "w", "--prompt", "Which?"], { profile: me });
    looop(["answer", id, "this", ME], { profile: me, stdout: ANYTHING });
    await again.ended({ stdout: "this\n" });
    expect(asks(me)).toEqual([]);
  });

  test("finds an answer that came while no ask waited", async () => {
    const me = fleetProfile();
    const { id, ask } = await asking(me);
    ask.signal("SIGKILL");
    await ask.ended({ exit: "SIGKILL" });
    looop(["answer", id, "meanwhile", ME], { profile: me, stdout: ANYTHING });
    expect(asks(me)).toMatchObject([{ id, state: "answered", answer: "meanwhile" }]);
    looop(["ask", "w", "--prompt", "Which?"], { profile: me, stdout: "meanwhile\n" });
    expect(asks(me)).toEqual([]);
  });

  test("ends at once, with exit code 4, when its record is removed", async () => {
    const me = fleetProfile();
    const { id, ask } = await asking(me);
    rmSync(join(me.data, `asks/${id}.json`));
    await ask.ended({ exit: 4, stderr: new RegExp(`Cannot wait for an answer to ${id}: the ask was removed`) });
  });

  test("ends when the person takes the flag down", async () => {
    const me = fleetProfile();
    const { ask } = await asking(me, ["--prompt", "Look?", "--options", "a,b"]);
    await waitFor("the flag", () => session(me, "looop-w")?.note);
    looop(["unflag", "w"], { profile: me, stdout: "unflagged session looop-w\n" });
    await ask.ended({ stdout: "(the person answered in your terminal: read there what they typed)\n" });
    expect(events(me)).toContainEqual(expect.objectContaining({ event: "answered", by: "attach" }));
  });

  test("takes a line typed in the worker's own terminal for the answer", async () => {
    const me = fleetProfile();
    worker(me, "w", 'echo "<$("$LOOOP_BIN" ask w --prompt "Name?")>"; sleep 1000');
    await pendingAsk(me);
    looop(["send", "w", "Ada Lovelace"], { profile: me, stdout: ANYTHING });
    await waitFor("the answer in the worker", () => transcript(me, "looop-w").includes("<Ada Lovelace>"));
    expect(session(me, "looop-w")?.note).toBeNull();
  });

  test("ends when the person typed into the agent's own prompt", async () => {
    const me = fleetProfile();
    const { ask } = await asking(me);
    looop(["send", "w", "not yet", "--no-newline"], { profile: me, stdout: ANYTHING });
    looop(["send", "w", "--key", "Tab"], { profile: me, stdout: ANYTHING });
    expect(asks(me)).toHaveLength(1);
    looop(["send", "w", "--key", "Enter"], { profile: me, stdout: ANYTHING });
    await ask.ended({ stdout: "(the person answered in your terminal: read there what they typed)\n" });
  });

  test("leaves another flag alone, and restores the flag of the next ask", async () => {
    const me = fleetProfile();
    const { id, ask } = await asking(me, ["--prompt", "First?"]);
    const second = start(["ask", "w", "--prompt", "Second?"], { profile: me });
    await waitFor("two asks", () => asks(me).length === 2);
    looop(["answer", id, "1", ME], { profile: me, stdout: ANYTHING });
    await ask.ended({ stdout: "1\n" });
    await waitFor("the second flag", () => session(me, "looop-w")?.note?.endsWith("] Second?"));
    looop(["flag", "w", "come and look"], { profile: me, stdout: ANYTHING });
    looop(["answer", (await pendingAsk(me)).id, "2", ME], { profile: me, stdout: ANYTHING });
    await second.ended({ stdout: "2\n" });
    expect(session(me, "looop-w")?.note).toBe("come and look");
  });

  const bad: [title: string, words: string[], exit: number, stderr: RegExp][] = [
    ["without a question", ["ask", "w"], 2, /--prompt is missing/],
    ["with an empty question", ["ask", "w", "--prompt", " "], 2, /the question is empty/],
    [
      "with an unknown urgency",
      ["ask", "w", "--prompt", "x", "--severity", "panic"],
      2,
      /cannot be "panic"\n.*now, soon, whenever/,
    ],
    ["with two equal options", ["ask", "w", "--prompt", "x", "--options", "a,A"], 2, /two options are the same/],
    ["for a session that is not there", ["ask", "nope", "--prompt", "x"], 4, /no such session/],
    ["for an id that cannot be one", ["ask", "../x", "--prompt", "x"], 2, /Cannot use/],
  ];
  test.each(bad)("refuses %s, and asks nothing", (_title, words, exit, stderr) => {
    const me = fleetProfile();
    if (exit === 2) worker(me, "w", "sleep 1000");
    looop(words, { profile: me, exit, stderr });
    expect(asks(me)).toEqual([]);
  });
});

describe("answer", () => {
  test("takes the first of ten answers at once; the others exit 5", async () => {
    const me = fleetProfile();
    const { id, ask } = await asking(me);
    const tries = Array.from({ length: 10 }, (_, at) =>
      looopAsync(["answer", id, `answer ${at}`, ME], { profile: me, stdout: ANYTHING, stderr: ANYTHING }).then(
        () => at,
        () => undefined,
      ),
    );
    const [first, ...others] = (await Promise.all(tries)).filter((at) => at !== undefined);
    expect(others).toEqual([]);
    await ask.ended({ stdout: `answer ${first}\n` });
    looop(["answer", id, "late", ME], {
      profile: me,
      exit: 5,
      stderr: new RegExp(`Cannot answer ${id}: it is answered already`),
    });
  });

  test("lists the open asks when the ask is unknown", async () => {
    const me = fleetProfile();
    looop(["answer", "zzzzz", "x", ME], {
      profile: me,
      exit: 4,
      stderr: /no such ask\n {2}hint: There are no open asks/,
    });
    const { id } = await asking(me);
    looop(["answer", "zzzzz", "x", ME], { profile: me, exit: 4, stderr: new RegExp(`Open asks: ${id}`) });
    looop(["answer", "../../x", "x", ME], { profile: me, exit: 2, stderr: /as an ask id/ });
  });

  test("refuses an empty answer and one that is not an option, and keeps the ask", async () => {
    const me = fleetProfile();
    const { id } = await asking(me, ["--prompt", "Which?", "--options", "a, b"]);
    looop(["answer", id, ME], { profile: me, exit: 2, stderr: /the answer is empty/ });
    looop(["answer", id, "c", ME], {
      profile: me,
      exit: 2,
      stderr: /not one of its options\n {2}hint: Choose one of: a, b/,
    });
    expect(asks(me)).toMatchObject([{ id, state: "live" }]);
  });
});

describe("asks", () => {
  test("lists open asks, the most urgent first, and what to type", async () => {
    const me = fleetProfile();
    const { id } = await asking(me, ["--prompt", "Later?\nThere is time.", "--severity", "whenever"]);
    const ref = me.write("reports/w.md", "read me");
    start(["ask", "w", "--prompt", "Now?", "--severity", "now", "--options", "yes,no", "--ref", ref], { profile: me });
    await waitFor("two asks", () => asks(me).length === 2);
    const [first] = asks(me);
    looop(["asks"], {
      profile: me,
      stdout: new RegExp(
        `^⚑ ${first?.id}  w asks \\(\\d+s, now\\): Now\\?\n    see:     ${ref}\n    options: yes, no\n    → .*looop answer ${first?.id} yes\n` +
          `⚑ ${id}  w asks \\(\\d+s, whenever\\): Later\\?\n    There is time.\n    → .*looop answer ${id} "your answer"\n$`,
      ),
    });
  });

  test("says when the worker that asked is gone, and keeps the question", async () => {
    const me = fleetProfile();
    const { id } = await asking(me);
    looop(["kill", "w"], { profile: me, stdout: ANYTHING });
    looop(["asks"], { profile: me, stdout: /w, which is gone asks/ });
    worker(me, "w", "sleep 1000");
    expect(asks(me)).toMatchObject([{ id, state: "stranded" }]);
    looop(["answer", id, "this", ME], {
      profile: me,
      stdout: `answered ${id}: w is gone, so the next beat reads it\n`,
    });
  });

  test("names damaged records on stderr, and shows the others", async () => {
    const me = fleetProfile();
    const { id } = await asking(me);
    me.write("asks/torn.json", '{"v":1,"prom');
    me.write("asks/fork.json/x", "");
    const { stdout } = looop(["asks", "--json"], {
      profile: me,
      stdout: ANYTHING,
      stderr:
        "looop: Cannot understand asks/fork.json: it is left out\nlooop: Cannot understand asks/torn.json: it is left out\n",
    });
    expect(JSON.parse(stdout).asks).toMatchObject([{ id }]);
    looop(["answer", "torn", "yes", ME], { profile: me, exit: 1, stderr: /its record is damaged/ });
  });

  test("ignores a damaged answer, and takes the next one", async () => {
    const me = fleetProfile();
    const { id, ask } = await asking(me);
    me.write(`answers/${id}.json`, "{");
    looop(["answer", id, "whole", ME], { profile: me, stdout: ANYTHING });
    await ask.ended({ stdout: "whole\n" });
  });

  test("prints a question without its escape sequences", async () => {
    const me = fleetProfile();
    await asking(me, ["--prompt", "red \x1b[31mtext\x1b]0;title\x07\nsecond", "--options", "a\x1b[2Jb"]);
    const { stdout } = looop(["asks"], { profile: me, stdout: /red text\n {4}second\n {4}options: ab\n/ });
    expect(stdout).not.toContain("\x1b");
  });

  test("lists ten thousand asks within seconds", () => {
    const me = fleetProfile();
    worker(me, "w", "sleep 1000");
    mkdirSync(join(me.data, "asks"), { recursive: true });
    for (let at = 0; at < 10_000; at++) {
      const record = {
        v: 1,
        from: "looop-w",
        prompt: `Question ${at}?`,
        severity: "soon",
        ts: new Date(at).toISOString(),
      };
      writeFileSync(join(me.data, `asks/q${at}.json`), `${JSON.stringify(record)}\n`);
    }
    const beganMs = performance.now();
    const { stdout } = looop(["asks", "--json"], { profile: me, stdout: ANYTHING });
    expect(JSON.parse(stdout).asks).toHaveLength(10_000);
    looop(["answer", "q5000", "x", ME], { profile: me, stdout: ANYTHING });
    looop(["status"], { profile: me, stdout: ANYTHING });
    looop(["tick"], { profile: me, stdout: ANYTHING });
    // Generous, because the machine may be busy. A quadratic reader would take minutes.
    expect(performance.now() - beganMs).toBeLessThan(20_000);
  });
});

describe("tell and told", () => {
  test("told prints each message once, in order, and nothing when the mailbox is empty", () => {
    const me = fleetProfile();
    worker(me, "w", "sleep 1000");
    looop(["told", "w"], { profile: me });
    looop(["tell", "w", "use", "staging"], { profile: me, stdout: "told w: it reads that between two steps\n" });
    looop(["tell", "w", "-"], { profile: me, stdin: "and\nthis\n", stdout: ANYTHING });
    looop(["tell", "w", "--", "--hard is fine"], { profile: me, stdout: ANYTHING });
    const inside = { profile: me, env: { LOOOP_SESSION_ID: "looop-w" } };
    looop(["told"], { ...inside, stdout: "• use staging\n• and\nthis\n• --hard is fine\n" });
    looop(["told"], inside);
    expect(readdirSync(join(me.data, "sessions/looop-w/tells"))).toEqual([]);
  });

  test("each message reaches exactly one of eight readers at once", async () => {
    const me = fleetProfile();
    worker(me, "w", "sleep 1000");
    for (const word of ["a", "b", "c"]) looop(["tell", "w", word], { profile: me, stdout: ANYTHING });
    const got = await Promise.all(
      Array.from({ length: 8 }, () => looopAsync(["told", "w"], { profile: me, stdout: ANYTHING })),
    );
    expect(got.flatMap(({ stdout }) => stdout.split("\n").filter(Boolean)).sort()).toEqual(["• a", "• b", "• c"]);
  });

  test("tell refuses a worker that is gone, and a new worker of its id does not get the old messages", () => {
    const me = fleetProfile();
    worker(me, "w", "sleep 1000");
    looop(["tell", "w", "old news"], { profile: me, stdout: ANYTHING });
    looop(["kill", "w"], { profile: me, stdout: ANYTHING });
    looop(["tell", "w", "too late"], { profile: me, exit: 4, stderr: /Cannot tell w: it is killed by person/ });
    worker(me, "w", "sleep 1000");
    looop(["told", "w"], { profile: me });
    const stray = { v: 1, msg: "for the old one", life: "2020-01-01T00:00:00Z", ts: "2020-01-01T00:00:00Z" };
    me.write("sessions/looop-w/tells/000000000000001-000.json", JSON.stringify(stray));
    looop(["told", "w"], { profile: me });
  });

  test("told names a damaged message, and prints the others", () => {
    const me = fleetProfile();
    worker(me, "w", "sleep 1000");
    looop(["tell", "w", "whole"], { profile: me, stdout: ANYTHING });
    me.write("sessions/looop-w/tells/000000000000000-000.json", "{");
    looop(["told", "w"], { profile: me, stdout: "• whole\n", stderr: /Cannot understand the message/ });
  });

  test("told needs a name outside a worker, and tell needs words", () => {
    const me = fleetProfile();
    looop(["told"], { profile: me, exit: 2, stderr: /this does not run in a worker/ });
    looop(["tell", "w"], { profile: me, exit: 2, stderr: /<message> is missing/ });
    looop(["tell", "nope", "x"], { profile: me, exit: 4, stderr: /no such session/ });
    expect(existsSync(join(me.data, "sessions/looop-nope"))).toBe(false);
  });
});
