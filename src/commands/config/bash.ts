import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import script from "../../core/cli/completions/bash.txt" with { type: "text" };

export const command = defineCommand({ run: () => runConfigBash(openApp()) });

export const manual = {
  about:
    "Prints a script with which bash completes looop's commands, options and live names. It changes nothing by itself.",
  examples: [
    ["looop config bash", "print the script"],
    ['eval "$(looop config bash)"', "load it; a line for ~/.bashrc"],
  ],
} as const;

/** Prints the completions for bash. */
export function runConfigBash(app: App): void {
  app.output.data(script.trimEnd());
}
