import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { savePlaybookVersion } from "../../store/policy/playbook.ts";

export const command = defineCommand({ run: () => runPlaybookArchive(openApp()) });

export const manual = {
  about: "Keeps a copy of PLAYBOOK.md as it is now in playbook.d/, and leaves it in force: there is always one.",
  examples: [["looop playbook archive", "before a bold edit by hand"]],
} as const;

/** Keeps a copy of the PLAYBOOK. */
export function runPlaybookArchive({ clock, files, output, paths }: App): void {
  const kept = savePlaybookVersion(files, paths(), clock.now());
  if (kept !== undefined) return output.data(`kept PLAYBOOK.md as playbook.d/${kept}`);
  throw new LooopError({
    message: "Cannot archive the PLAYBOOK: there is none",
    hint: "Write it with `looop playbook write`",
    exit: EXIT.notFound,
  });
}
