/** Small slips that would cost a whole paid decide, and what one that does cost says. */
import { expect, test } from "bun:test";
import {
  endPause,
  lastPromptSection,
  modelCalls,
  runBeat,
  runWokenBeat,
  setAnswer,
  typedProfile,
} from "../../support/model/typed-model.ts";
import { ANYTHING, looop } from "../../support/program/looop.ts";
import { profile } from "../../support/program/profile.ts";
import { waitFor } from "../../support/program/wait-for.ts";

const SAID = { stdout: ANYTHING } as const;

test("a slip of the decider that has one reading is taken, and what was moved into its bounds is said", () => {
  const me = typedProfile();

  const said = looop(["tick"], {
    profile: asked('{"action":"noop","next_interval_s":"9999","reason":null,}'),
    ...SAID,
  });
  expect(said.stdout).toContain("│ next_interval_s 9999 is taken as 3600\n");
  expect([me.read(".next-interval"), me.read("journal.md")]).toEqual([
    "3600\n",
    expect.stringMatching(/^- .* nothing to do\n$/),
  ]);

  const goal = runWokenBeat(
    me,
    '{"action":"write_goal","id":"docs","body":"one\ntwo","journal":"x","next_interval_s":1}',
  );
  expect([goal.outcome, me.read("goals/docs.md")]).toEqual([
    { kind: "done", text: "wrote goals/docs.md; next_interval_s 1 is taken as 5", ask: null },
    "one\ntwo\n",
  ]);
  expect(modelCalls(me)).toBe(2);

  function asked(answer: string) {
    setAnswer(me, answer);
    return me;
  }
});

test("a decider whose answer was not a move is told that the call was paid for, and where the exact fields are", () => {
  const me = typedProfile();
  runBeat(me, { action: "write_schedule", name: "x", in_s: 90.5 }, { exit: 1 });
  endPause(me);

  runBeat(me, { action: "noop" });

  const told = lastPromptSection(me, "LAST FAILURE");
  expect(told).toContain('the answer is no move: field "in_s": found 90.5; expected a whole number\n');
  expect(told).toContain("That call was paid for in full, and nothing was done. ANSWER above has the exact fields");
});

test("WHAT CHANGED lists a hundred changes and counts the rest", () => {
  const me = typedProfile();
  runBeat(me);
  for (let at = 0; at < 300; at++) me.goal(`goal-${at}`, `${at}\n`);

  runBeat(me);

  const lines = lastPromptSection(me, "WHAT CHANGED")?.split("\n") ?? [];
  expect([lines.length, lines.at(-1)]).toEqual([101, "(200 more changes, 300 in all)"]);
});

test("an entry in .decides.json that is not a time counts as one decide, and does not hold the loop", () => {
  const me = typedProfile();
  me.write(".decides.json", '{"v":1,"at_ms":[1,"x"]}\n');

  runBeat(me);

  const { at_ms: times } = JSON.parse(me.read(".decides.json") ?? "");
  expect(times).toHaveLength(2);
});

test("a shell move that ran out of time says that part of it may have happened", () => {
  const me = typedProfile('allow = ["sleep *"]', profile({ env: { LOOOP_SHELL_TIMEOUT: "1" } }));

  const { outcome } = runBeat(me, { action: "run_shell", cmd: "sleep 96.8321" }, { exit: 1 });

  expect(outcome.text).toMatch(/ran out of time \(LOOOP_SHELL_TIMEOUT\) and was ended; part of it may have happened/);
});

test("kill, flag and tell of the pulse do nothing, and name `looop down`", async () => {
  const me = profile();
  me.config('default = "offline"\n');
  looop(["up"], { profile: me, ...SAID });
  await waitFor("the pulse", () => me.read("pulse.json") !== undefined);

  for (const words of [
    ["kill", "pulse"],
    ["flag", "looop-pulse", "stop?"],
    ["tell", "pulse", "stop"],
  ]) {
    looop(words, { profile: me, exit: 2, stderr: /Cannot \w+ the pulse: it is the loop itself(.|\n)*`looop down`/ });
  }

  looop(["down"], { profile: me, stdout: /pulse stopped/ });
});
