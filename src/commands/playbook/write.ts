import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { appendPolicyEvent, readBody, writeAuthored } from "../../app/write-policy.ts";
import { writePlaybook } from "../../store/policy/playbook.ts";

export const command = defineCommand({
  args: {
    text: {
      type: "positional",
      required: false,
      valueHint: "...",
      description: "the text; without it, or with -, reads standard input",
    },
  },
  run: ({ args }) => runPlaybookWrite(openApp(), args._),
});

export const manual = {
  about: "Replaces PLAYBOOK.md. The newest 20 earlier versions are kept in playbook.d/.",
  examples: [["looop playbook write - <PLAYBOOK.md", "write it from a file"]],
} as const;

/** Replaces PLAYBOOK.md. */
export async function runPlaybookWrite(app: App, words: readonly string[]): Promise<void> {
  const { clock, files, output } = app;
  const body = readBody(app, "the PLAYBOOK", words);
  const write = () => writePlaybook(files, app.paths(), body, clock.now());
  const kept = await writeAuthored(app, "PLAYBOOK.md", body, write);
  appendPolicyEvent(app, "playbook_written", { kept: kept ?? null });
  output.data(
    `wrote PLAYBOOK.md${kept === undefined ? "" : `; what it was: looop playbook show ${kept.slice(0, -3)}`}`,
  );
}
