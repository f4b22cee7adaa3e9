import { EXIT, LooopError } from "../core/error.ts";
import { sessionId } from "../core/names.ts";
import type { Hands } from "../loop/context.ts";
import { readSession } from "../store/sessions.ts";
import type { App } from "./open.ts";
import { openKill, openSessions } from "./sessions.ts";
import { startRequested } from "./worker.ts";

/** What the loop does to workers, by the same means as the verbs. Nothing of it is loaded before a move needs it. */
export function openHands(app: App): Hands {
  return {
    start: async ({ id, prompt, runner }) => {
      await startRequested(app, { id, prompt, runner });
    },
    kill: async (id) => {
      const { killSession } = await import("../supervise/kill.ts");
      const edge = await openKill(app);
      const session = readSession(edge.store, sessionId(id));
      if (session?.isOurs !== true || !session.isAlive) throw notAlive("end", id);
      await killSession(edge, session, "loop");
    },
    tell: async (id) => {
      const session = readSession(await openSessions(app), sessionId(id));
      if (session?.isOurs !== true || !session.isAlive) throw notAlive("tell", id);
      throw new LooopError({
        message: `Cannot tell ${id}: there is no mailbox yet`,
        hint: "Choose another move",
        exit: EXIT.failed,
      });
    },
  };
}

function notAlive(what: string, id: string): LooopError {
  return new LooopError({
    message: `Cannot ${what} the worker ${id}: no worker of that id lives`,
    hint: "Name one of the live workers",
    exit: EXIT.notFound,
  });
}
