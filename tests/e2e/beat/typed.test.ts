/** Typed moves through the whole program: each kind, what wakes the next beat and what does not, yes, no, and failures. */
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventNames, events } from "../../support/model/shell-decider.ts";
import {
  endPause,
  HOSTILE,
  lastPrompt,
  lastPromptSection,
  lastRecord,
  modelCalls,
  runBeat,
  runWhileThinking,
  runWokenBeat,
  setAnswer,
  typedProfile,
  UNCHANGED,
} from "../../support/model/typed-model.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { waitFor } from "../../support/program/wait-for.ts";
import { answer, asks } from "../../support/session/mailbox.ts";
import { fleetProfile, sessions } from "../../support/session/workers.ts";

const SAID = { stdout: ANYTHING } as const;

describe("a typed beat", () => {
  test("runs the runner in its own empty folder with the schema of every move, and archives all of it", () => {
    const me = typedProfile();
    me.goal("docs", "write the docs\n");

    const record = runBeat(me, { action: "noop", reason: "quiet", journal: "nothing to do" });

    const [run = ""] = readdirSync(join(me.data, "runs"));
    expect(readFileSync(join(me.home, "pwd.txt"), "utf8")).toBe(`${join(me.data, "runs", run, "scratch")}\n`);
    expect(readFileSync(join(me.home, "ls.txt"), "utf8")).toBe("");
    expect(lastPrompt(me)).toMatch(
      /^write_goal: write goals\/<id>.md[\s\S]*\n {2}id: text, an id of[\s\S]*=== PLAYBOOK ===/m,
    );
    expect(readdirSync(join(me.data, "runs", run)).sort()).toEqual(["beat.json", "output.log", "prompt.md"]);
    expect(me.read(`runs/${run}/prompt.md`)).toBe(lastPrompt(me));
    expect(record).toMatchObject({
      v: 1,
      run_id: run,
      kind: "beat",
      mode: "typed",
      runner: "fake",
      tainted: [],
      move: { action: "noop" },
      judgement: { verdict: "allow", rule: "default: noop → allow" },
      outcome: { kind: "done", text: "nothing", ask: null },
    });
    expect(Object.keys(record.took_ms)).toEqual(["begin", "sense", "look", "prompt", "decide", "remember", "act"]);
    expect(me.read("journal.md")).toMatch(/^- \d{4}-\d\d-\d\d \d\d:\d\d nothing to do\n$/);
    expect(eventNames(me)).toEqual(["tick_start", "sense_done", "decide_start", "decided"]);
  });

  test("sends the same prompt for the same world, apart from the time", () => {
    const me = typedProfile();
    me.goal("docs", "x\n");
    const [one, two] = [1, 2].map(() => {
      looop(["run", "docs"], { profile: me, ...SAID });
      return lastPrompt(me).split("=== RECENT JOURNAL")[0];
    });
    expect(one).toBe(two ?? "");
  });

  test("reads an answer in a code fence", () => {
    const me = typedProfile();
    runBeat(me, `\`\`\`json\n${JSON.stringify({ action: "write_goal", id: "x", body: "y", journal: "z" })}\n\`\`\`\n`);
    expect(me.read("goals/x.md")).toBe("y\n");
  });

  test("shows the runner's stderr, and does not read it as part of the answer", () => {
    const me = typedProfile();
    runWhileThinking(me, "echo loading >&2");
    const record = runBeat(me, { action: "noop" }, { stdout: /│ loading\n/ });
    expect(record.outcome.kind).toBe("done");
  });

  test("reads claude's stream, shows its words, and records its cost in the ledger and the beat's record", () => {
    const me = typedProfile();
    const result = JSON.stringify({ action: "noop", journal: "quiet" });
    const stream = [
      { type: "system", subtype: "init" },
      { type: "assistant", message: { content: [{ type: "text", text: `All is quiet.\n${result}` }] } },
      {
        type: "result",
        is_error: false,
        result,
        total_cost_usd: 0.0123,
        session_id: "s",
        usage: { input_tokens: 5, output_tokens: 6 },
      },
    ];
    const record = runBeat(me, stream.map((event) => JSON.stringify(event)).join("\n"), {
      stdout: /│ All is quiet\.\n.*│ move: noop\n/,
    });
    // The log describes the move in words; the archive has it unchanged.
    expect(me.read("tick.log")).toContain(result);
    expect(record).toMatchObject({ answer: result, cost_usd: 0.0123 });
    expect(JSON.parse(me.read("cost.jsonl") ?? "")).toMatchObject({
      cost_usd: 0.0123,
      tokens_in: 5,
      source: "measured",
    });
  });
});

describe("the move", () => {
  test("write_goal writes a goal, and archive_goal archives it without replacing an older archive", () => {
    const me = typedProfile();
    me.write("goals/archive/docs.md", "older\n");
    runBeat(me, { action: "write_goal", id: "docs", body: "write the docs" });
    expect(me.read("goals/docs.md")).toBe("write the docs\n");

    runWokenBeat(me, { action: "archive_goal", id: "docs" });

    expect([me.read("goals/docs.md"), me.read("goals/archive/docs.md"), me.read("goals/archive/docs-1.md")]).toEqual([
      undefined,
      "older\n",
      "write the docs\n",
    ]);
  });

  test("write_sensor replaces the sensor of that name with a script that only the owner may run", () => {
    const me = typedProfile();
    me.sensor("ci.sh", "echo '{\"signal\":1}'");
    runBeat(me, { action: "write_sensor", name: "ci", script: "#!/bin/sh\necho '{\"signal\":2}'" });
    expect(readdirSync(join(me.data, "sensors"))).toEqual(["ci.sh"]);
    expect(statSync(join(me.data, "sensors/ci.sh")).mode & 0o777).toBe(0o700);

    looop(["tick"], { profile: me, ...SAID });

    expect(me.read("snapshots/sensor-ci.json")).toBe('{"signal":2}\n');
  });

  test("write_playbook keeps a copy of the earlier PLAYBOOK", () => {
    const me = typedProfile();
    runBeat(me, { action: "write_playbook", body: "Be loud." });
    const [kept = ""] = readdirSync(join(me.data, "playbook.d"));
    expect([me.read("PLAYBOOK.md"), me.read(`playbook.d/${kept}`)]).toEqual(["Be loud.\n", "Be quiet.\n"]);
  });

  test("write_playbook writes through the person's own link, and no other move does", () => {
    const me = typedProfile();
    const dotfile = join(me.home, "playbook.md");
    writeFileSync(dotfile, "Mine.\n");
    me.write("goals/x", "");
    looop(["tick"], { profile: me, ...SAID });
    symlinkSync(dotfile, join(me.data, "goals/linked.md"));

    const record = runBeat(me, { action: "write_goal", id: "linked", body: "owned" }, { exit: 1 });

    expect(record.outcome).toMatchObject({ kind: "failed", text: expect.stringMatching(/is a link to another file/) });
    expect(readFileSync(dotfile, "utf8")).toBe("Mine.\n");
  });

  test("look shows withheld text on the next beat, once", () => {
    const me = typedProfile();
    me.sensor("mail.sh", `echo '${HOSTILE}'`);
    expect(runBeat(me).tainted).toEqual(["reading mail"]);
    expect(lastPrompt(me)).toContain("do as I say");

    expect(runWokenBeat(me, { action: "look", readings: ["mail"] }).tainted).toEqual([]);
    expect(lastPrompt(me)).not.toContain("do as I say");
    expect(lastPromptSection(me, "SENSOR READINGS")).toMatch(
      /--- mail\n\(withheld: unchanged for \d+s; .*"mail".* shows it\)/,
    );

    expect(runBeat(me, { action: "noop" }).tainted).toEqual(["reading mail"]);
    expect(lastPrompt(me)).toContain("do as I say");
    looop(["tick"], { profile: me, ...UNCHANGED });
    expect(runWokenBeat(me).tainted).toEqual([]);
  });

  test("ask_human puts a question, and its answer wakes a beat that sees both", () => {
    const me = typedProfile();
    runBeat(me, { action: "ask_human", prompt: "Which database?", options: ["sqlite", "postgres"] });
    looop(["tick"], { profile: me, ...UNCHANGED });
    const [ask] = asks(me);
    answer(me, ask?.id ?? "", "postgres");

    runBeat(me, { action: "noop" });

    expect(lastPromptSection(me, "ANSWERS OF THE PERSON")).toBe(
      "- you asked: Which database?\n  the person answers: postgres",
    );
    expect([asks(me), lastRecord(me).tainted]).toEqual([[], []]);
    looop(["tick"], { profile: me, ...UNCHANGED });
  });

  test("run_shell runs a command that matches a pattern, without a shell, and shows the next beat its output", () => {
    const me = typedProfile('allow = ["printf * *"]');
    const record = runBeat(me, { action: "run_shell", cmd: "printf '%s' '*'" });
    expect(record.judgement?.rule).toBe('cmd matches [gates] allow "printf * *"');

    runBeat(me, { action: "noop" });

    expect(lastPromptSection(me, "OUTPUT OF YOUR LAST COMMAND")).toBe("$ printf '%s' '*'\n| *\n(exit 0)");
    looop(["tick"], { profile: me, ...UNCHANGED });
  });

  test("run_shell fails the beat when its command fails, and its output is unverified", () => {
    const me = typedProfile('allow = ["ls /no/**"]');
    const record = runBeat(me, { action: "run_shell", cmd: "ls /no/such/folder" }, { exit: 1 });
    expect(record.outcome.text).toMatch(/it ended with exit 2; it said: .*ls: /);
    endPause(me);

    expect(runBeat(me, { action: "noop" }).tainted).toEqual(["output of the last command", "the last failure"]);
    expect(lastPromptSection(me, "LAST FAILURE")).toMatch(/exit 2/);
  });

  test("write_schedule and drop_schedule do not wake the next beat; the time of a schedule does, once", async () => {
    const me = typedProfile();
    runBeat(me, { action: "write_schedule", name: "call", in_s: 1, note: "call the plumber" });
    looop(["tick"], { profile: me, ...UNCHANGED });
    const { at } = JSON.parse(me.read("schedules/call.json") ?? "");
    await waitFor("the schedule to be due", () => Date.now() / 1_000 >= at);

    runBeat(me, { action: "drop_schedule", name: "call" });

    expect(lastPromptSection(me, "SCHEDULES")).toBe("- call: due: call the plumber");
    expect(lastPromptSection(me, "WHAT CHANGED")).toBe('~ schedule:call: "pending" → "due"');
    expect(me.read("schedules/call.json")).toBeUndefined();
    looop(["tick"], { profile: me, ...UNCHANGED });
  });

  test("next_interval_s sets when the pulse beats again", () => {
    const me = typedProfile();
    runBeat(me, { action: "noop", next_interval_s: 30 });
    expect(me.read(".next-interval")).toBe("30\n");
  });
});

describe("what a typed move changed itself", () => {
  const own: [title: string, move: object][] = [
    ["a goal", { action: "write_goal", id: "new", body: "x" }],
    ["a goal that was there", { action: "write_goal", id: "docs", body: "x" }],
    ["an archived goal", { action: "archive_goal", id: "docs" }],
    ["the PLAYBOOK", { action: "write_playbook", body: "Be loud." }],
    ["a question", { action: "ask_human", prompt: "Which?" }],
  ];
  test.each(own)("does not wake the next beat: %s", (_title, move) => {
    const me = typedProfile();
    me.goal("docs", "write the docs\n");
    runBeat(me, move);

    looop(["tick"], { profile: me, ...UNCHANGED });

    expect(modelCalls(me)).toBe(1);
  });

  test("wakes the next beat when a person edits the file in the same second", () => {
    const me = typedProfile();
    runBeat(me, { action: "write_goal", id: "docs", body: "from the model" });
    me.goal("docs", "from the person!\n");

    runBeat(me, { action: "noop" });

    expect(modelCalls(me)).toBe(2);
    expect(lastPromptSection(me, "GOALS")).toContain("from the person!");
  });

  test("never overwrites what a person wrote while the model thought", () => {
    const me = typedProfile();
    me.goal("docs", "as sensed\n");
    runWhileThinking(me, `echo 'from the person' > "${me.data}/goals/docs.md"`);

    const record = runBeat(me, { action: "write_goal", id: "docs", body: "from the model" }, { exit: 1 });

    expect(me.read("goals/docs.md")).toBe("from the person\n");
    expect(record.outcome).toMatchObject({
      kind: "failed",
      text: expect.stringMatching(/goals\/docs.md was changed since/),
    });
    runWhileThinking(me, "");
    runBeat(me, { action: "noop" }, { stdout: /done/ });
    expect(lastPromptSection(me, "GOALS")).toContain("from the person");
  });

  test("leaves changes made while the model thought to the next beat", () => {
    const me = typedProfile();
    runWhileThinking(me, `echo other > "${me.data}/goals/other.md"`);
    runBeat(me, { action: "write_goal", id: "mine", body: "x" });
    runWhileThinking(me, "");

    runBeat(me, { action: "noop" });

    // It was written while a runner lived, so its name is in doubt.
    expect(lastPromptSection(me, "WHAT CHANGED")).toMatch(/^\+ goal:goal-[0-9a-f]{4} appeared$/);
    looop(["tick"], { profile: me, ...UNCHANGED });
  });

  test("does not wake the next beat by starting a worker; what the worker does wakes it", async () => {
    const me = typedProfile("", fleetProfile());
    runBeat(me, { action: "start_worker", id: "docs", prompt: "do it" });
    expect(sessions(me).map(({ id, alive }) => [id, alive])).toEqual([["looop-docs", true]]);
    looop(["tick"], { profile: me, ...UNCHANGED });

    looop(["flag", "docs", "which one?"], { profile: me, ...SAID });
    expect(runBeat(me, { action: "noop" }).tainted).toEqual(["note of docs"]);

    // By its verb: an edit by hand is in doubt while a worker lives.
    looop(["goal", "write", "waker", "the first"], { profile: me, ...SAID });
    runBeat(me, { action: "tell_worker", id: "docs", msg: "the first" });
    expect(looop(["told", "docs"], { profile: me, ...SAID }).stdout).toContain("the first");
    looop(["goal", "write", "waker", "the second"], { profile: me, ...SAID });
    runBeat(me, { action: "kill_worker", id: "docs" });
    expect(sessions(me).map(({ state, ended_by }) => [state, ended_by])).toEqual([["killed", "loop"]]);
    looop(["tick"], { profile: me, ...UNCHANGED });
  });
});

describe("a failed typed beat tells the next one why, and leaves nothing half done", () => {
  const failing: [title: string, answer: object | string, kind: string, why: RegExp][] = [
    ["no move", "I think we should wait.", "failed", /the answer is no move: there is text before the JSON object/],
    ["an empty answer", "", "failed", /the answer is no move: it is empty/],
    ["a wrong field", { action: "write_goal", id: "../x", body: "y" }, "failed", /field "id": .*an id of 1 to 58/],
    ["a refused move", { action: "run_shell", cmd: "sudo ls" }, "refused", /was refused: tripwire, cmd: /],
    ["a move that cannot be made", { action: "archive_goal", id: "nope" }, "failed", /Cannot find the goal nope/],
    ["a worker that is not there", { action: "kill_worker", id: "nope" }, "failed", /it is not running/],
  ];
  test.each(failing)("%s", (_title, said, kind, why) => {
    const me = typedProfile();
    const record = runBeat(me, said, { exit: 1 });
    expect(record.outcome).toMatchObject({ kind, text: expect.stringMatching(why) });
    expect([me.read("journal.md"), me.read(".last-tick-hash"), me.read(".intent.json")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    looop(["tick"], { profile: me, exit: 7, stdout: /held until/ });
    endPause(me);

    expect(runBeat(me, { action: "noop" }).tainted).toEqual([]);

    expect(lastPromptSection(me, "LAST FAILURE")).toMatch(why);
  });

  test("an answer of 10 MB, which is too long for a move", () => {
    const me = typedProfile();
    runWhileThinking(me, "head -c 10000000 /dev/zero | tr '\\0' x");
    const record = runBeat(me, "", { exit: 1 });
    expect(record.outcome.text).toMatch(/has more than \d+ characters/);
  });

  test("a runner that fails, whose words taint the next beat", () => {
    const me = typedProfile();
    runWhileThinking(me, "echo do as I say >&2; exit 3");
    runBeat(me, undefined, { exit: 1 });
    endPause(me);
    runWhileThinking(me, "");
    expect(runBeat(me, { action: "noop" }).tainted).toEqual(["the last failure"]);
  });

  test("a config without a command for typed decisions", () => {
    const me = typedProfile();
    me.config('default = "mine"\n[decide]\nmode = "typed"\n[runners.mine]\ntick = "x"\n');
    looop(["tick"], {
      profile: me,
      exit: 3,
      stderr: /has no decide command\n {2}hint: Add decide = .* or set mode = "agent"/,
    });
  });
});

describe("verify", () => {
  const runs: [title: string, verify: string, verdict: string][] = [
    ["passes", 'test -e "$LOOOP_DATA_DIR/proof"', "verify passed"],
    ["fails", "echo not there; false", "verify failed"],
  ];
  test.each(runs)(
    "runs a worker's verify command once after its end, and shows its result in the world: %s",
    (_title, verify, want) => {
      const me = typedProfile('run_shell = "allow"', fleetProfile());
      me.write("proof", "");
      runBeat(me, { action: "start_worker", id: "docs", prompt: "do it", verify: `echo run >> ~/ran; ${verify}` });
      looop(["tick"], { profile: me, ...UNCHANGED });
      const ran = () => (existsSync(join(me.home, "ran")) ? readFileSync(join(me.home, "ran"), "utf8") : undefined);
      expect(ran()).toBeUndefined();
      looop(["kill", "docs"], { profile: me, ...SAID });

      runBeat(me, { action: "noop" });
      runWokenBeat(me, { action: "noop" });

      expect(ran()).toBe("run\n");
      const verified = events(me).filter(({ event }) => event === "verified");
      expect(verified.map(({ worker, ok }) => [worker, ok])).toEqual([["docs", want === "verify passed"]]);
      const prompts = readdirSync(join(me.data, "runs")).map((run) => me.read(`runs/${run}/prompt.md`) ?? "");
      expect(prompts.filter((text) => text.includes(want))).toHaveLength(1);
      expect(me.read("verify/docs.json")).toBeUndefined();
    },
  );
});

test("judges and carries out a manual move in typed mode, and does not wake the next beat", () => {
  const me = typedProfile();
  me.goal("docs", "x\n");
  runBeat(me, { action: "noop" });
  setAnswer(me, { action: "write_goal", id: "docs", body: "y" });

  looop(["run", "docs"], { profile: me, ...SAID });

  expect([me.read("goals/docs.md"), lastRecord(me).kind]).toEqual(["y\n", "manual"]);
  looop(["tick"], { profile: me, ...UNCHANGED });
});

test("status distinguishes a beat that did nothing from one that moved; its JSON calls both acted", () => {
  const me = typedProfile();
  runBeat(me, { action: "noop", journal: "nothing to do" });
  looop(["status"], { profile: me, stdout: /^last beat: {2}.* ago, did nothing$/m });
  looop(["status", "--json"], { profile: me, stdout: /"kind": "acted"/ });
  me.goal("more", "there is more to do\n");
  runBeat(me, { action: "write_goal", id: "docs", body: "write the docs", journal: "wrote it" });
  looop(["status"], { profile: me, stdout: /^last beat: {2}.* ago, acted$/m });
});
