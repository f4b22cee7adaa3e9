import { EXIT, LooopError } from "../../core/error.ts";
import { sessionId } from "../../core/names.ts";
import type { Session } from "../../core/session/session.ts";
import type { Hands } from "../../loop/context/context.ts";
import { leaveMessage } from "../../store/mailbox/messages.ts";
import { pathsOf, type SessionStore } from "../../store/session/session-paths.ts";
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
      const deps = await openKill(app);
      await endSession(deps, requireAlive(deps.store, id, "end"), "loop");
    },
    tell: async (id, msg) => {
      const store = await openSessions(app);
      const { id: session, meta } = requireAlive(store, id, "tell");
      const deps = { files: app.files, clock: app.clock, folder: pathsOf(store, session).tells };
      const life = meta?.started_at;
      if (!leaveMessage(deps, { msg, ...(life === undefined ? {} : { life }) })) throw notAlive("tell", id);
    },
  };
}

function requireAlive(store: SessionStore, id: string, what: string): Session {
  const session = readSession(store, sessionId(id));
  if (session?.isOurs !== true || !session.isAlive) throw notAlive(what, id);
  return session;
}

function notAlive(what: string, id: string): LooopError {
  return new LooopError({
    message: `Cannot ${what} the worker ${id}: it is not running`,
    hint: "List the workers with `looop status`",
    exit: EXIT.notFound,
  });
}
