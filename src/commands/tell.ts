import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { openSessions } from "../app/session/open-sessions.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { requireNotPulse } from "../core/names.ts";
import { statusWords } from "../core/session/session.ts";
import { appendEvent } from "../store/events.ts";
import { leaveMessage } from "../store/mailbox/messages.ts";
import { shortId } from "../store/session/find-session.ts";
import { pathsOf } from "../store/session/session-paths.ts";
import { findSession } from "../store/session/sessions.ts";

/** The longest message, in characters: a worker reads it between two steps. */
const MESSAGE_MAX = 65_536;

export const command = defineCommand({
  args: {
    worker: { type: "positional", required: true, description: "the session, short or full" },
    message: {
      type: "positional",
      required: true,
      valueHint: "...",
      description: "the message; - reads standard input",
    },
  },
  run: ({ args }) => runTell(openApp(), args.worker, args._.slice(1).join(" ")),
});

export const manual = {
  about: "Leaves a message that the worker reads between two steps, with `looop told`. The worker is not interrupted.",
  examples: [['looop tell fix-login "use the staging server"', "steer a worker that is busy"]],
} as const;

/** Leaves a message for a live worker. Throws (exit 4) when no live worker has that id. */
export async function runTell(app: App, worker: string, message: string): Promise<void> {
  const msg = (message === "-" ? app.input() : message).trim();
  if (msg === "") throw cannot(worker, "the message is empty", "Write the message after the worker's id", EXIT.usage);
  if (msg.length > MESSAGE_MAX) {
    throw cannot(
      worker,
      `the message has ${msg.length} characters`,
      "Put it into a file, and name the file",
      EXIT.usage,
    );
  }
  const store = await openSessions(app);
  const session = findSession(store, worker);
  requireNotPulse("tell", session.id);
  const gone = (state: string) =>
    cannot(shortId(session.id), state, "Start it again with `looop start-session`", EXIT.notFound);
  if (!session.isAlive) throw gone(`it is ${statusWords(session)}`);
  const { files, clock } = app;
  const life = session.meta?.started_at;
  const deps = { files, clock, folder: pathsOf(store, session.id).tells };
  if (!leaveMessage(deps, { msg, ...(life === undefined ? {} : { life }) })) throw gone("it has just ended");
  appendEvent(files, clock, app.paths().events, "told", { session: session.id, msg });
  app.output.data(`told ${shortId(session.id)}: it reads that between two steps`);
}

function cannot(worker: string, state: string, hint: string, exit: 2 | 4): LooopError {
  return new LooopError({ message: `Cannot tell ${worker}: ${state}`, hint, exit });
}
