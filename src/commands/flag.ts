import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { openSessions } from "../app/session/open-sessions.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { requireNotPulse } from "../core/names.ts";
import { clip, plainLine } from "../core/text.ts";
import { appendEvent } from "../store/events.ts";
import { poke } from "../store/pokes.ts";
import { findSessionId } from "../store/session/find-session.ts";
import { writeNote } from "../store/session/note.ts";

/** The message of a flag without words. */
const NO_WORDS = "needs attention";

export const command = defineCommand({
  args: {
    id: { type: "positional", required: true, description: "the session, short or full" },
    message: {
      type: "positional",
      required: false,
      valueHint: "...",
      description: `the question; - reads it from standard input (default: ${NO_WORDS})`,
    },
  },
  run: ({ args }) => runFlag(openApp(), args.id, args._.slice(1).join(" ")),
});

export const manual = {
  about:
    "A worker flags itself and waits. Every beat shows the flag to the person until it is cleared or the worker is ended.",
  examples: [
    ['looop flag fix-login "May I force-push the branch?"', "ask the person"],
    ["looop flag fix-login -- --hard or --soft?", "put -- before words that begin with a dash"],
  ],
} as const;

/** Raises a session's flag, and replaces an earlier one; both are events. */
export async function runFlag(app: App, id: string, message: string): Promise<void> {
  const said = message === "-" ? app.input().trim() : message;
  const text = said.trim() === "" ? NO_WORDS : said;
  if (text.includes("\0")) {
    throw new LooopError({
      message: "Cannot flag: the message holds a NUL byte",
      hint: "Remove the NUL byte",
      exit: EXIT.usage,
    });
  }
  const store = await openSessions(app);
  const session = findSessionId(store, id);
  requireNotPulse("flag", session);
  writeNote(store, session, text);
  appendEvent(app.files, app.clock, app.paths().events, "flagged", { session, note: text });
  // Else a sleeping pulse would show it, and send it to the person, only when its next beat is due.
  poke(app.files, app.paths(), []);
  app.output.data(`flagged session ${session}: ${clip(plainLine(text), 500)}`);
}
