/** Time and memory of the commands that agents and prompts call often, compared with an empty program. */
import { profileToRemove } from "../tests/support/program/profile.ts";
import { built, type Contender, judge, measure, printTable, wallMs } from "./harness.ts";

/** The budgets of bench/README.md: ratios to the time and memory of the empty program in the same run. */
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
  // A typical profile: it has a config and has had a beat.
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
