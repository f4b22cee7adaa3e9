import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { openClient } from "../app/session/open-sessions.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { jsonText } from "../core/json.ts";
import { bytesOf } from "../core/text.ts";
import { findSession } from "../store/session/sessions.ts";
import { type Format, takePicture } from "../supervise/screen/screenshot.ts";
import { sessionScreen } from "../supervise/screen/session-screen.ts";

export const command = defineCommand({
  args: {
    id: { type: "positional", required: true, description: "the session, short or full" },
    ansi: { type: "boolean", description: "keep colours" },
    json: {
      type: "boolean",
      description: "print one JSON object: size, cursor, text, and every cell that is not blank",
    },
  },
  run: ({ args }) => runScreenshot(openApp(), args.id, formatOf(args.ansi === true, args.json === true)),
});

export const manual = {
  about: [
    "Prints what a session's screen shows now, as text; for a finished one, what it showed last. Blank rows at the bottom",
    "are left out. The screen of a finished session is drawn from the last megabyte of its transcript.",
  ].join("\n"),
  examples: [
    ["looop screenshot fix-login", "look without attaching"],
    ["looop screenshot fix-login --json", '{"v":1,"session":"looop-fix-login","rows":24,...}'],
  ],
} as const;

/** Prints what a session's screen shows. */
export async function runScreenshot(app: App, id: string, format: Format): Promise<void> {
  const deps = await openClient(app);
  const session = findSession(deps.store, id);
  const screen = await sessionScreen(deps, session);
  const picture = takePicture(screen, format, true);
  if (format === "ansi") return app.output.raw(bytesOf(`${picture.text ?? ""}\n`));
  if (format === "plain") return app.output.data(picture.text ?? "");
  const { text } = takePicture(screen, "plain", false);
  app.output.data(jsonText({ v: 1, session: session.id, ...picture, text }, 2));
}

function formatOf(ansi: boolean, json: boolean): Format {
  if (ansi && json) {
    const message = "Cannot read the command line: --ansi and --json exclude each other";
    throw new LooopError({ message, hint: "Choose one of them", exit: EXIT.usage });
  }
  if (json) return "json";
  return ansi ? "ansi" : "plain";
}
