/** What the verbs that agents and prompts call often cost beside a program that does nothing. */
import { profileToRemove } from "../tests/support/program/profile.ts";
import { built, type Contender, judge, measure, printTable, wallMs } from "./harness.ts";

/** From the table of budgets in docs: times as long as, and memory beside, the empty program of the same run. */
const OFTEN = { time: 2.5, memory: 1.8 };
const FOR_PEOPLE = { time: 3, memory: 1.8 };

const VERBS = [
  { words: ["version"], budget: OFTEN },
  { words: ["_cost", "session", "w1", "pi", "0.01"], budget: OFTEN },
  { words: ["status"], budget: FOR_PEOPLE },
  { words: ["cost", "today"], budget: FOR_PEOPLE },
  { words: ["help"], budget: FOR_PEOPLE },
  { words: ["__complete", "--", "attach", ""], budget: FOR_PEOPLE },
  { words: ["why"], budget: { time: 4, memory: 1.8 } },
];

const me = profileToRemove();
try {
  const [empty, looop] = [built("empty"), built("looop")];
  const where = { env: me.env, cwd: me.home };
  // As anybody has it who uses looop: a config, and a beat behind it.
  me.config('default = "offline"\n');
  wallMs({ name: "looop tick", argv: [looop, "tick"], ...where });
  const verbs = VERBS.map(
    ({ words, budget }): Contender => ({
      name: `\`looop ${words.join(" ")}\``,
      argv: [looop, ...words],
      ...where,
      budget,
    }),
  );
  const rows = measure([{ name: "empty program", argv: [empty], ...where }, ...verbs]);
  printTable("Start-up", rows);
  judge(rows);
} finally {
  me.remove();
}
