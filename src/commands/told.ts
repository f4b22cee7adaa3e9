import { defineCommand } from "citty";
import { openAsks } from "../app/mailbox/open-asks.ts";
import { type App, openApp } from "../app/open.ts";
import { complain } from "../app/output.ts";
import { isInside } from "../app/person.ts";
import { namedSession } from "../app/session/claimant.ts";
import { openSessions } from "../app/session/open-sessions.ts";
import { plain, plainLine } from "../core/text.ts";
import { takeMessages } from "../store/mailbox/messages.ts";
import { shortId } from "../store/session/find-session.ts";
import { pathsOf } from "../store/session/session-paths.ts";
import { readSession } from "../store/session/sessions.ts";

export const command = defineCommand({
  args: { worker: { type: "positional", required: false, description: "the session (default: the one this runs in)" } },
  run: ({ args }) => runTold(openApp(), args.worker),
});

export const manual = {
  about:
    "Prints each message once, the oldest first, or nothing. Workers run it between two steps. At your own terminal it takes none: they stay for the worker.",
  examples: [["looop told", "read new messages, in a worker"]],
} as const;

/** Prints the messages for this worker since it last looked. */
export async function runTold(app: App, worker: string | undefined): Promise<void> {
  const store = await openSessions(app);
  const session = namedSession(app, store, worker, ["say what is new", "looop told <worker>"]);
  const life = readSession(store, session)?.meta?.started_at;
  const { clock, files } = app;
  // The person only looks: what they read at their own terminal is still for the worker.
  const isLook = !isInside(app) && app.atTerminal();
  const { messages, damaged, remove, giveBack } = takeMessages(
    { clock, files, folder: pathsOf(store, session).tells },
    life,
  );
  for (const name of damaged) complain(`looop: Cannot understand the message ${plainLine(name)}: it is left out`);
  const lines = [
    ...messages.map(({ msg }) => `• ${plain(msg)}`),
    ...(isLook ? [] : await uncollected(app, session, life)),
  ];
  if (lines.length > 0) app.output.data(lines.join("\n"));
  if (!isLook) return remove();
  giveBack();
  if (lines.length > 0) await app.output.say(`They are still for ${shortId(session)} to read`);
}

/** Returns answers that this worker no longer waits for: its wait was interrupted, and it did not ask again. */
async function uncollected(app: App, session: string, life: string | undefined): Promise<string[]> {
  if (
    (await openAsks(app)).every(
      ({ kind, state, from: who }) => kind !== "worker" || state !== "answered" || who !== session,
    )
  )
    return [];
  const { openMailbox } = await import("../app/mailbox/mailbox.ts");
  const { takeAnswers } = await import("../app/mailbox/resolve.ts");
  return takeAnswers(await openMailbox(app), session, life).map(
    ({ ask, answer }) => `• the person answers "${plainLine(ask.prompt)}": ${plain(answer.text)}`,
  );
}
