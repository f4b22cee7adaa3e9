import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { openClient } from "../app/session/open-sessions.ts";
import { parseSize } from "../core/session/size.ts";
import { shortId } from "../store/session/find-session.ts";
import { findSession } from "../store/session/sessions.ts";
import { ask } from "../supervise/wire/client.ts";

export const command = defineCommand({
  args: {
    id: { type: "positional", required: true, description: "the session, short or full" },
    size: { type: "positional", required: true, description: "columns and rows, as in 100x30" },
  },
  run: ({ args }) => runResize(openApp(), args.id, args.size),
});

export const manual = {
  about:
    "Sets the size of a session's terminal. An attached terminal sets its own size again with the next key typed in it.",
  examples: [["looop resize fix-login 100x30", "make its screen 100 columns by 30 rows"]],
} as const;

/** Sets the size of a session's terminal. */
export async function runResize(app: App, id: string, size: string): Promise<void> {
  const wanted = parseSize(size);
  const deps = await openClient(app);
  const session = findSession(deps.store, id);
  await ask(deps, session.id, { op: "resize", ...wanted });
  app.output.data(`resized ${shortId(session.id)} to ${wanted.cols}x${wanted.rows}`);
}
