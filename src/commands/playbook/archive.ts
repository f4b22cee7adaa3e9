import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { savePlaybookVersion } from "../../store/policy/playbook.ts";

export const command = defineCommand({ run: () => runPlaybookArchive(openApp()) });

export const manual = {
  about: "Copies PLAYBOOK.md to playbook.d/. The file itself stays in force.",
  examples: [["looop playbook archive", "keep a copy before a large edit"]],
} as const;

/** Keeps a copy of PLAYBOOK.md. */
export function runPlaybookArchive({ clock, files, output, paths }: App): void {
  const kept = savePlaybookVersion(files, paths(), clock.now());
  if (kept !== undefined) return output.data(`kept PLAYBOOK.md as playbook.d/${kept}`);
  throw new LooopError({
    message: "Cannot archive PLAYBOOK.md: no such file",
    hint: "Write it with `looop playbook write`",
    exit: EXIT.notFound,
  });
}
