import type { Effect, Mode, TopUi } from "./top-state.ts";

/** The screen after a key, and the deed that it asks for. */
export interface Pressed {
  readonly ui: TopUi;
  readonly effect?: Effect;
}

/** Returns the mode in which a command is typed. */
export function commandPrompt(text: string): Mode {
  return { kind: "prompt", label: ":looop ", text, use: { kind: "command" } };
}
