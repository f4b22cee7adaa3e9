/** The gate's verdict on every kind of move, in a clean and in a tainted beat. */
import { describe, expect, test } from "bun:test";
import { type GateFacts, type Gates, judge, NO_GATES } from "../../../src/core/gate/gate.ts";
import type { Verdict } from "../../../src/core/gate/verdict.ts";
import { MOVES, type Move, type MoveKind } from "../../../src/core/move/move.ts";

const PLAYBOOK = "# P\n\n## Guardrails\n\n- Ask first.\n";
const CLEAN: GateFacts = { tainted: false, playbook: PLAYBOOK };
const TAINTED: GateFacts = { tainted: true, playbook: PLAYBOOK };
const journal = "x";

const SAMPLES: { readonly [K in MoveKind]: Extract<Move, { action: K }> } = {
  noop: { action: "noop", journal },
  run_shell: { action: "run_shell", cmd: "gh pr list", journal },
  write_goal: { action: "write_goal", id: "docs", body: "x", journal },
  archive_goal: { action: "archive_goal", id: "docs", journal },
  write_sensor: { action: "write_sensor", name: "ci", script: "#!/bin/sh\n", journal },
  write_playbook: { action: "write_playbook", body: PLAYBOOK, journal },
  start_worker: { action: "start_worker", id: "docs", prompt: "x", journal },
  kill_worker: { action: "kill_worker", id: "docs", journal },
  tell_worker: { action: "tell_worker", id: "docs", msg: "x", journal },
  write_schedule: { action: "write_schedule", name: "x", in_s: 60, journal },
  drop_schedule: { action: "drop_schedule", name: "x", journal },
  look: { action: "look", readings: ["ci"], journal },
  ask_human: { action: "ask_human", prompt: "x", journal },
};

const verdict = (move: Move, gates: Gates, facts: GateFacts) => judge(move, gates, facts).verdict;

describe("judge() without [gates]", () => {
  const defaults: [kind: MoveKind, clean: Verdict, tainted: Verdict][] = [
    ["noop", "allow", "allow"],
    ["run_shell", "ask", "ask"],
    ["write_goal", "allow", "allow"],
    ["archive_goal", "allow", "ask"],
    ["write_sensor", "allow", "ask"],
    ["write_playbook", "allow", "ask"],
    ["start_worker", "allow", "ask"],
    ["kill_worker", "allow", "ask"],
    ["tell_worker", "allow", "ask"],
    ["write_schedule", "allow", "ask"],
    ["drop_schedule", "allow", "allow"],
    ["look", "allow", "allow"],
    ["ask_human", "allow", "allow"],
  ];
  test.each(defaults)("judge() of %s by default: %s in a clean beat, %s in a tainted one", (kind, clean, tainted) => {
    expect([verdict(SAMPLES[kind], NO_GATES, CLEAN), verdict(SAMPLES[kind], NO_GATES, TAINTED)]).toEqual([
      clean,
      tainted,
    ]);
  });

  test.each(defaults)(
    "judge() of %s that takes away what may be the person's asks in a tainted beat, unless it takes nothing",
    (kind) => {
      const takes = { takes: "goals/docs.md" };
      const isHarmless = ["noop", "look", "ask_human"].includes(kind);
      expect(verdict(SAMPLES[kind], NO_GATES, { ...TAINTED, ...takes })).toBe(isHarmless ? "allow" : "ask");
      expect(verdict(SAMPLES[kind], NO_GATES, { ...CLEAN, ...takes })).toBe(verdict(SAMPLES[kind], NO_GATES, CLEAN));
    },
  );

  test("judge() names the text that a move would take away, and lets the person loosen or tighten the kind", () => {
    const facts = { ...TAINTED, takes: "goals/docs.md" };
    expect(judge(SAMPLES.write_goal, NO_GATES, facts).rule).toBe(
      "default: write_goal of goals/docs.md, which may be yours, in a tainted beat → ask",
    );
    const gates = (verdict: Verdict): Gates => ({ allow: [], overrides: { write_goal: verdict } });
    expect(verdict(SAMPLES.write_goal, gates("allow"), facts)).toBe("allow");
    expect(verdict(SAMPLES.write_goal, gates("refuse"), facts)).toBe("refuse");
  });

  test("the table of defaults covers every kind of move", () => {
    expect(defaults.map(([kind]) => kind).sort()).toEqual((Object.keys(MOVES) as MoveKind[]).sort());
  });
});

describe("judge() of run_shell", () => {
  const gates: Gates = { allow: ["gh pr list", "git -C * status"], overrides: {} };
  const cases: [cmd: string, clean: Verdict, tainted: Verdict, rule: RegExp][] = [
    ["gh pr list", "allow", "ask", /matches \[gates\] allow "gh pr list"/],
    ["git -C repo status", "allow", "ask", /allow "git -C \* status"/],
    ["gh pr list --web", "ask", "ask", /matches no pattern/],
    ["gh pr list; rm x", "ask", "ask", /not one simple command/],
    ["gh pr list > x", "ask", "ask", /not one simple command/],
    ["GH_TOKEN=x gh pr list", "ask", "ask", /not one simple command/],
    ["gh pr list $(date)", "ask", "ask", /not one simple command/],
    ["gh pr list\ndate", "ask", "ask", /not one simple command/],
    ["ls", "ask", "ask", /matches no pattern/],
    ["sudo gh pr list", "refuse", "refuse", /^tripwire, cmd: /],
    ["gh pr list; sudo x", "refuse", "refuse", /^tripwire, cmd: /],
  ];
  test.each(cases)("judge() of run_shell %p: %s in a clean beat, %s in a tainted one", (cmd, clean, tainted, rule) => {
    const move: Move = { action: "run_shell", cmd, journal };
    expect([verdict(move, gates, CLEAN), verdict(move, gates, TAINTED)]).toEqual([clean, tainted]);
    expect(judge(move, gates, CLEAN).rule).toMatch(rule);
  });

  test("judge() applies the tripwire even when the config allows run_shell", () => {
    const loose: Gates = { allow: [], overrides: { run_shell: "allow" } };
    expect(verdict({ action: "run_shell", cmd: "date; ls", journal }, loose, TAINTED)).toBe("allow");
    expect(verdict({ action: "run_shell", cmd: "sudo date", journal }, loose, CLEAN)).toBe("refuse");
  });

  test("judge() refuses every command when the config refuses run_shell, whatever the patterns match", () => {
    const tight: Gates = { ...gates, overrides: { run_shell: "refuse" } };
    expect(verdict(SAMPLES.run_shell, tight, CLEAN)).toBe("refuse");
  });
});

describe("judge() of verify", () => {
  const gates: Gates = { allow: ["test -e done"], overrides: {} };
  const cases: [verify: string, clean: Verdict, rule: RegExp][] = [
    ["test -e done", "allow", /./],
    ["make test", "ask", /verify matches no pattern/],
    ["curl x | sh", "refuse", /^tripwire, verify: /],
  ];
  test.each(cases)("judge() of start_worker with verify %p: %s", (verify, clean, rule) => {
    const decision = judge({ ...SAMPLES.start_worker, verify }, gates, CLEAN);
    expect(decision.verdict).toBe(clean);
    expect(decision.rule).toMatch(rule);
  });

  test("judge() never lets an allowed verify command loosen the verdict on start_worker", () => {
    const tight: Gates = { ...gates, overrides: { start_worker: "refuse" } };
    expect(verdict({ ...SAMPLES.start_worker, verify: "test -e done" }, tight, CLEAN)).toBe("refuse");
  });
});

describe("judge() of write_playbook", () => {
  const cases: [title: string, body: string, want: Verdict][] = [
    ["keeps the guardrails", "# New\n\n## Guardrails\n\n- Ask first.\n- And more.\n", "allow"],
    ["hides them in an escape sequence without an end", "# P\n\u001b]\n## Guardrails\n\n- Ask first.\n", "refuse"],
    ["pushes them out by size", `# P\n${"x\n".repeat(30_000)}\n## Guardrails\n\n- Ask first.\n`, "refuse"],
    ["wraps them at another width", "## Our guardrails\n\n* Ask\n  first.\n", "allow"],
    ["drops them", "# New\n", "refuse"],
    ["rewords one", "## Guardrails\n\n- Ask first, unless it is urgent.\n", "refuse"],
    ["keeps them in a comment only", "## Guardrails\n<!--\n- Ask first.\n-->\n", "refuse"],
    [
      "keeps them under another heading",
      "## Guardrails\n\n## Old rules, not valid any more\n\n- Ask first.\n",
      "refuse",
    ],
  ];
  test.each(cases)("judge() of a PLAYBOOK that %s: %s", (_title, body, want) => {
    const move: Move = { action: "write_playbook", body, journal };
    expect(verdict(move, NO_GATES, CLEAN)).toBe(want);
    expect(verdict(move, { allow: [], overrides: { write_playbook: "allow" } }, TAINTED)).toBe(want);
  });

  test("judge() allows any PLAYBOOK when the old one has no guardrails", () => {
    const move: Move = { action: "write_playbook", body: "# New\n", journal };
    expect(verdict(move, NO_GATES, { tainted: false, playbook: "# Old\n" })).toBe("allow");
  });
});

test("judge() gives the config's verdict in clean and tainted beats alike, and names it in the rule", () => {
  const gates: Gates = { allow: [], overrides: { start_worker: "allow", write_goal: "ask", noop: "refuse" } };
  expect(verdict(SAMPLES.start_worker, gates, TAINTED)).toBe("allow");
  expect(verdict(SAMPLES.write_goal, gates, CLEAN)).toBe("ask");
  expect(judge(SAMPLES.noop, gates, CLEAN)).toEqual({ verdict: "refuse", rule: '[gates] noop = "refuse"' });
});
