import { EXIT, LooopError } from "../../core/error.ts";
import { sessionId } from "../../core/names.ts";
import type { Hands } from "../../loop/context/context.ts";
import { leaveMessage } from "../../store/mailbox/messages.ts";
import { pathsOf } from "../../store/session/session-paths.ts";
import { readSession } from "../../store/session/sessions.ts";
import type { App } from "../open.ts";
import { openKill, openSessions } from "../session/open-sessions.ts";
import { startRequested } from "../session/start-requested.ts";

/** Returns the actions on workers, by the same code as the commands. That code is loaded when a move needs it. */
export function openHands(app: App): Hands {
  return {
    start: async ({ id, prompt, runner, budgetUsd }) => {
      await startRequested(app, { id, prompt, runner, budgetUsd, byLoop: true });
    },
    kill: async (id) => {
      const { endSession } = await import("../../supervise/end-session.ts");
      const edge = await openKill(app);
      const session = readSession(edge.store, sessionId(id));
      if (session?.isOurs !== true || !session.isAlive) throw notAlive("end", id);
      await endSession(edge, session, "loop");
    },
    tell: async (id, msg) => {
      const store = await openSessions(app);
      const session = readSession(store, sessionId(id));
      if (session?.isOurs !== true || !session.isAlive) throw notAlive("tell", id);
      const { files, clock } = app;
      const life = session.meta?.started_at;
      const edge = { files, clock, folder: pathsOf(store, session.id).tells };
      if (!leaveMessage(edge, { msg, ...(life === undefined ? {} : { life }) })) throw notAlive("tell", id);
    },
  };
}

function notAlive(what: string, id: string): LooopError {
  return new LooopError({
    message: `Cannot ${what} the worker ${id}: it is not running`,
    hint: "List the workers with `looop status`",
    exit: EXIT.notFound,
  });
}
