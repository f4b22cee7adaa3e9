/**
 * The dialogs of the model CLIs, by the words on the screen: one entry a dialog. They are the last resort and shown as a
 * guess: a program's hooks and the terminal's own signs come first. Each was seen in the release it names.
 */
import type { Dialog } from "../session/waiting.ts";

export interface DialogPattern extends Dialog {
  /** The name of the runner, which is also its program. */
  readonly runner: string;
  /** The release in which it was seen. */
  readonly version: string;
  /** All of these must be on the screen. Blanks and line ends do not count, because programs print them as cursor moves. */
  readonly words: readonly string[];
}

const CLAUDE = { runner: "claude", version: "2.1.197" };
const CODEX = { runner: "codex", version: "0.169.0" };
const OPENCODE = { runner: "opencode", version: "1.18.33" };

export const DIALOGS: readonly DialogPattern[] = [
  {
    ...CLAUDE,
    at: "dialog",
    words: ["Yes, I trust this folder", "Enter to confirm"],
    asks: "asks whether you trust its folder",
  },
  {
    ...CLAUDE,
    at: "dialog",
    words: ["Bypass Permissions mode", "Yes, I accept"],
    asks: "asks you to accept that it skips permissions",
  },
  { ...CLAUDE, at: "dialog", words: ["Do you want to proceed?", "Esc to cancel"], asks: "asks for permission" },
  { ...CLAUDE, at: "error", words: ["Not logged in", "Please run /login"], asks: "is not logged in" },
  {
    ...CODEX,
    at: "dialog",
    words: ["Trust this folder?", "Trust and continue"],
    asks: "asks whether you trust its folder",
  },
  { ...CODEX, at: "dialog", words: ["Sign in with ChatGPT", "Press enter to continue"], asks: "asks you to log in" },
  {
    ...CODEX,
    at: "dialog",
    words: ["Would you like to run the following command?"],
    asks: "asks for permission to run a command",
  },
  { ...OPENCODE, at: "dialog", words: ["Permission required", "Allow once"], asks: "asks for permission" },
];

/** Returns the dialog in `text`, the end of the output of a program that `command` starts; undefined without one. */
export function findDialog(command: string, text: string): Dialog | undefined {
  const shown = squeezed(text);
  const found = DIALOGS.find(
    ({ runner, words }) =>
      new RegExp(`\\b${runner}\\b`).test(command) && words.every((it) => shown.includes(squeezed(it))),
  );
  return found === undefined ? undefined : { at: found.at, asks: found.asks };
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, "");
}
