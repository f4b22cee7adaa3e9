import { join } from "node:path";
import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { printFile } from "../../app/write-policy.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { quoted } from "../../core/names.ts";
import { playbookVersions } from "../../store/policy/playbook.ts";

export const command = defineCommand({
  args: {
    earlier: {
      type: "positional",
      required: false,
      description: "a version from `looop playbook list` (default: the current one)",
    },
  },
  run: ({ args }) => runPlaybookShow(openApp(), args.earlier),
});

export const manual = {
  examples: [
    ["looop playbook show", "print PLAYBOOK.md"],
    ["looop playbook show 20261122-093000", "print an earlier version"],
  ],
} as const;

/** Prints PLAYBOOK.md, or an earlier version. */
export function runPlaybookShow(app: App, earlier: string | undefined): void {
  const { files } = app;
  const paths = app.paths();
  const known = playbookVersions(files, paths);
  const name = earlier === undefined ? undefined : known.find((it) => it === earlier || it === `${earlier}.md`);
  if (earlier !== undefined && name === undefined)
    throw noSuch(quoted(earlier), "Run `looop playbook list` to see the versions");
  const text = files.read(name === undefined ? paths.playbook : join(paths.playbookVersions, name));
  if (text === undefined)
    throw noSuch("PLAYBOOK.md", "Write it with `looop playbook write`, or let `looop tick` seed it");
  printFile(app, text);
}

function noSuch(what: string, hint: string): LooopError {
  return new LooopError({ message: `Cannot find ${what}: no such PLAYBOOK`, hint, exit: EXIT.notFound });
}
