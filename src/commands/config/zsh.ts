import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import script from "../../core/cli/completions/zsh.txt" with { type: "text" };

export const command = defineCommand({ run: () => runConfigZsh(openApp()) });

export const manual = {
  about:
    "Prints a script with which zsh completes looop's commands, options and live names. It changes nothing by itself.",
  examples: [
    ["looop config zsh", "print the script"],
    ['eval "$(looop config zsh)"', "load it; a line for ~/.zshrc"],
  ],
} as const;

/** Prints the completions for zsh. */
export function runConfigZsh(app: App): void {
  app.output.data(script.trimEnd());
}
