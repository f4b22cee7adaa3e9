import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { openClient } from "../../app/session/open-sessions.ts";
import { jsonText } from "../../core/json.ts";
import { findSession } from "../../store/session/sessions.ts";
import { type Format, takePicture } from "../../supervise/screen/screenshot.ts";
import { sessionScreen } from "../../supervise/screen/session-screen.ts";

export const command = defineCommand({
  args: {
    id: { type: "string", required: true, description: "the session's full id", valueHint: "id" },
    root: { type: "string", required: true, description: "the data folder", valueHint: "folder" },
    format: { type: "string", default: "plain", description: "plain, ansi or json", valueHint: "format" },
    trim: { type: "boolean", description: "leave out blank rows at the bottom" },
  },
  run: ({ args }) => runDraw(openApp(), args.id, args.root, args.format as Format, args.trim === true),
});

/** Draws a session's screen for its supervisor: the emulator runs in a process of its own, which may fail. */
export async function runDraw(app: App, id: string, root: string, format: Format, trim: boolean): Promise<void> {
  const deps = await openClient(app, root);
  const screen = await sessionScreen(deps, findSession(deps.store, id));
  app.output.data(jsonText(takePicture(screen, format, trim)));
}
