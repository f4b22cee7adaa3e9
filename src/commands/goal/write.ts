import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { appendPolicyEvent, readBody, writeAuthored } from "../../app/write-policy.ts";
import { goalId, writeGoal } from "../../store/policy/goals.ts";

export const command = defineCommand({
  args: {
    id: { type: "positional", required: true, description: "the goal" },
    text: {
      type: "positional",
      required: false,
      valueHint: "...",
      description: "the text; without it, or with -, reads standard input",
    },
  },
  run: ({ args }) => runGoalWrite(openApp(), args.id, args._.slice(1)),
});

export const manual = {
  about: "Writes goals/<id>.md, and replaces what it was. The next beat sees it.",
  examples: [
    ['looop goal write water-the-garden "The garden is watered."', "write a goal in one line"],
    ["looop goal write docs - <docs.md", "write it from a file"],
  ],
} as const;

/** Writes a goal. */
export async function runGoalWrite(app: App, id: string, words: readonly string[]): Promise<void> {
  goalId(app.files, app.paths(), id);
  const body = readBody(app, `the goal ${id}`, words);
  const write = () => writeGoal(app.files, app.paths(), id, body);
  const isNew = await writeAuthored(app, `goals/${id}.md`, body, write);
  appendPolicyEvent(app, "goal_written", { goal: id });
  app.output.data(`${isNew ? "wrote" : "rewrote"} the goal ${id}`);
}
