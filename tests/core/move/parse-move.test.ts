/** The answers that a decider may give, and the mistakes that are reported for all others. */
import { describe, expect, test } from "bun:test";
import { MOVES } from "../../../src/core/move/move.ts";
import { ANSWER_MAX, parseMove } from "../../../src/core/move/parse-move.ts";

const noop = { action: "noop", journal: "nothing to do" };
const json = (value: unknown) => JSON.stringify(value);
const why = (answer: string) => {
  const parsed = parseMove(answer);
  return parsed.kind === "invalid" ? parsed.why : `a move: ${parsed.move.action}`;
};

describe("parseMove() accepts", () => {
  const accepted: [title: string, answer: string][] = [
    ["one object", json(noop)],
    ["white space around it", `\n\n  ${json(noop)}  \n`],
    ["a byte order mark before it", `\ufeff${json(noop)}`],
    ["one code fence around it", `\`\`\`json\n${json(noop)}\n\`\`\``],
    ["a fence that names no language", `\`\`\`\n${json(noop)}\n\`\`\`\n`],
    ["an object over many lines", JSON.stringify(noop, undefined, 2)],
    ["braces and quotes in its texts", json({ ...noop, reason: 'a "}{" b' })],
  ];
  test.each(accepted)("parseMove() accepts %s", (_title, answer) => {
    expect(parseMove(answer)).toMatchObject({ kind: "move", move: { action: "noop" } });
  });

  const each: [kind: string, fields: object][] = [
    ["noop", { reason: "quiet" }],
    ["run_shell", { cmd: "gh pr list" }],
    ["write_goal", { id: "docs", body: "write the docs" }],
    ["archive_goal", { id: "docs" }],
    ["write_sensor", { name: "ci", script: "#!/bin/sh\necho 1\n" }],
    ["write_playbook", { body: "# PLAYBOOK\n" }],
    ["start_worker", { id: "docs", prompt: "do it", verify: "test -e x", budget_usd: 2, runner: "claude" }],
    ["kill_worker", { id: "docs", reason: "stuck" }],
    ["tell_worker", { id: "docs", msg: "use staging" }],
    ["write_schedule", { name: "daily", every_s: 86_400, note: "x" }],
    ["drop_schedule", { name: "daily" }],
    ["look", { readings: ["ci"] }],
    ["ask_human", { prompt: "Which?", options: ["a", "b"], severity: "now" }],
  ];
  test.each(each)("parseMove() accepts %s with all its fields", (action, fields) => {
    expect(why(json({ action, ...fields, journal: "x", next_interval_s: 60 }))).toBe(`a move: ${action}`);
  });

  test("the table of accepted moves covers every kind", () => {
    expect(each.map(([kind]) => kind)).toEqual(Object.keys(MOVES));
  });
});

describe("parseMove() takes a small slip that has one reading", () => {
  const slips: [title: string, answer: string, want: object, changes?: string[]][] = [
    ["a comma after the last field", '{"action":"noop","journal":"x",}', noopOf("x")],
    ["a comma before a closing bracket", '{"action":"look","readings":["ci", ],"journal":"x"}', { readings: ["ci"] }],
    ["a comma and a bracket in a text, beside such a slip", '{"action":"noop","journal":"[a,]",}', noopOf("[a,]")],
    [
      "a raw newline in a text",
      '{"action":"write_goal","id":"a","body":"one\ntwo","journal":"x"}',
      { body: "one\ntwo" },
    ],
    ["a raw tab in a text", '{"action":"noop","journal":"a\tb"}', noopOf("a\tb")],
    ["null for an optional field", json({ ...noop, reason: null, next_interval_s: null }), noop],
    ["a number in quotes", json({ ...noop, next_interval_s: "60" }), { ...noop, next_interval_s: 60 }],
    [
      "another number in quotes",
      json({ action: "start_worker", id: "a", prompt: "x", budget_usd: "0.5", journal: "x" }),
      { budget_usd: 0.5 },
    ],
    ["a noop without a journal", json({ action: "noop" }), noopOf("nothing to do")],
    [
      "a noop with a blank journal and a reason",
      json({ action: "noop", journal: "", reason: "all quiet" }),
      noopOf("all quiet"),
    ],
    [
      "an interval of a day",
      json({ ...noop, next_interval_s: 86_400 }),
      { next_interval_s: 3_600 },
      ["next_interval_s 86400 is taken as 3600"],
    ],
    [
      "an interval of a second",
      json({ ...noop, next_interval_s: 1 }),
      { next_interval_s: 5 },
      ["next_interval_s 1 is taken as 5"],
    ],
    [
      "an interval of half seconds",
      json({ ...noop, next_interval_s: 90.5 }),
      { next_interval_s: 91 },
      ["next_interval_s 90.5 is taken as 91"],
    ],
  ];
  test.each(slips)("parseMove() takes %s", (_title, answer, want, changes = []) => {
    expect(parseMove(answer)).toMatchObject({ kind: "move", move: want, changes });
  });

  function noopOf(journal: string): object {
    return { action: "noop", journal };
  }
});

describe("parseMove() refuses", () => {
  const whole: [title: string, answer: string, want: RegExp][] = [
    ["an empty answer", "", /^it is empty; expected one JSON object$/],
    ["blanks", " \n\t ", /^it is empty/],
    ["an empty fence", "```json\n\n```", /^it is empty|before the JSON object/],
    ["two objects", json(noop) + json(noop), /more than one JSON object; a beat makes one move/],
    ["two objects on two lines", `${json(noop)}\n${json(noop)}`, /more than one JSON object/],
    ["words before it", `Here it is: ${json(noop)}`, /text before the JSON object/],
    ["words after it", `${json(noop)}\nDone!`, /text after the JSON object/],
    ["words around a fence", `Sure:\n\`\`\`json\n${json(noop)}\n\`\`\``, /text around the code fence/],
    ["two fences", `\`\`\`\n${json(noop)}\n\`\`\`\n\`\`\`\n${json(noop)}\n\`\`\``, /text|JSON/],
    ["a list", json([noop]), /^it is a list/],
    ["a text", '"noop"', /text before the JSON object, or none/],
    ["prose alone", "I would do nothing.", /text before the JSON object, or none/],
    ["half an object", '{"action":"noop","journal":"x', /^it is not JSON/],
    ["JSON with comments", '{"action":"noop", // x\n"journal":"y"}', /^it is not JSON/],
    ["10 MB", `{"action":"noop","journal":"${"x".repeat(10_000_000)}"}`, /has 100000\d\d characters, more than/],
    ["deep nesting", `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`, /"action": missing|not JSON/],
    [
      "deep nesting inside a field",
      json({ ...noop, reason: 0 }).replace("0", "[".repeat(60_000) + "]".repeat(60_000)),
      /./,
    ],
  ];
  test.each(whole)("parseMove() refuses %s", (_title, answer, want) => {
    expect(why(answer)).toMatch(want);
  });

  const fields: [title: string, move: object, want: RegExp][] = [
    ["a missing action", { journal: "x" }, /^field "action": missing; expected one of noop, run_shell, /],
    ["an action that is not a text", { action: 1, journal: "x" }, /^field "action": not a text/],
    ["an unknown move", { action: "format_disk", journal: "x" }, /"format_disk" is no move; expected one of/],
    [
      "an action with the name of an object's property",
      { action: "constructor", journal: "x" },
      /"constructor" is no move/,
    ],
    ["an extra field", { ...noop, sudo: true }, /field "sudo": noop has no such field; expected only reason, journal/],
    ["another move's field", { ...noop, cmd: "ls" }, /field "cmd": noop has no such field/],
    ["a missing journal", { action: "archive_goal", id: "docs" }, /field "journal": missing/],
    ["a blank journal", { ...noop, journal: "  " }, /field "journal": .*one line for the journal/],
    ["an id with ..", { action: "write_goal", id: "../../.bashrc", body: "x", journal: "x" }, /field "id": .*an id of/],
    ["an id with a slash", { action: "archive_goal", id: "a/b", journal: "x" }, /field "id": .*an id of/],
    [
      "an id that begins with a dot",
      { action: "write_sensor", name: ".x", script: "#!/bin/sh", journal: "x" },
      /field "name"/,
    ],
    ["an id in other letters", { action: "archive_goal", id: "dоcs", journal: "x" }, /field "id"/],
    ["an id with a NUL", { action: "archive_goal", id: "a\0b", journal: "x" }, /field "id"/],
    [
      "a sensor without a shebang",
      { action: "write_sensor", name: "x", script: "echo 1", journal: "x" },
      /begins with #!/,
    ],
    [
      "a shebang without an interpreter",
      { action: "write_sensor", name: "x", script: "#!\necho", journal: "x" },
      /names no interpreter/,
    ],
    [
      "a shell command of 200 KB",
      { action: "run_shell", cmd: "x".repeat(200_000), journal: "x" },
      /field "cmd": .*<=4096/,
    ],
    ["an empty command", { action: "run_shell", cmd: " ", journal: "x" }, /field "cmd": .*a shell command/],
    [
      "the pulse as a worker",
      { action: "kill_worker", id: "pulse", journal: "x" },
      /"pulse" is the loop's own session/,
    ],
    [
      "a worker under its session's id",
      { action: "start_worker", id: "looop-docs", prompt: "x", journal: "x" },
      /field "id": leave "looop-" away from "looop-docs"/,
    ],
    ["a schedule without a time", { action: "write_schedule", name: "x", journal: "x" }, /exactly one of them/],
    [
      "a schedule with two times",
      { action: "write_schedule", name: "x", in_s: 1, every_s: 60, journal: "x" },
      /exactly one/,
    ],
    [
      "a schedule every second",
      { action: "write_schedule", name: "x", every_s: 1, journal: "x" },
      /field "every_s": .*>=60/,
    ],
    ["words for a number", { ...noop, next_interval_s: "soon" }, /field "next_interval_s": .*number/],
    ["an empty text for a number", { ...noop, next_interval_s: "" }, /field "next_interval_s": .*number/],
    ["null for a field that is needed", { action: "archive_goal", id: null, journal: "x" }, /field "id": found null/],
    [
      "half a second",
      { action: "write_schedule", name: "x", in_s: 90.5, journal: "x" },
      /field "in_s": found 90\.5; expected a whole number/,
    ],
    ["a look at nothing", { action: "look", readings: [], journal: "x" }, /field "readings"/],
    ["a negative budget", { action: "start_worker", id: "x", prompt: "y", budget_usd: -1, journal: "x" }, /budget_usd/],
    [
      "an unknown severity",
      { action: "ask_human", prompt: "x", severity: "yesterday", journal: "x" },
      /field "severity"/,
    ],
  ];
  test.each(fields)("parseMove() refuses %s, and names the field and what was expected", (_title, move, want) => {
    expect(why(json(move))).toMatch(want);
  });

  test("parseMove() refuses a hidden prototype", () => {
    expect(why('{"action":"noop","journal":"x","__proto__":{"cmd":"ls"}}')).toMatch(
      /"__proto__": noop has no such field/,
    );
  });

  test("parseMove() reports at most three mistakes, and the number of the others", () => {
    const move = { action: "start_worker", id: "/", prompt: " ", verify: " ", runner: "/", journal: " " };
    expect(why(json(move))).toMatch(/^field "id": .*; field "prompt": .*; field "verify": .* \(and 2 more\)$/);
  });

  test("parseMove() accepts the longest body with every character escaped", () => {
    const body = "\u0001".repeat(65_536);
    const longest = json({ action: "write_goal", id: "x", body, journal: "x" });
    expect(longest.length).toBeLessThanOrEqual(ANSWER_MAX);
    expect(why(longest)).toBe("a move: write_goal");
  });
});
