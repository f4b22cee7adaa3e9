import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import script from "../../core/cli/completions/fish.txt" with { type: "text" };

export const command = defineCommand({ run: () => runConfigFish(openApp()) });

export const manual = {
  about:
    "Prints a script with which fish completes looop's commands, options and live names. It changes nothing by itself.",
  examples: [["looop config fish | source", "load it; a line for ~/.config/fish/config.fish"]],
} as const;

/** Prints the completions for fish. */
export function runConfigFish(app: App): void {
  app.output.data(script.trimEnd());
}
