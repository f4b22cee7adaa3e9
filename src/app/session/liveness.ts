import type { Session } from "../../core/session/session.ts";
import type { SessionStore } from "../../store/session/session-paths.ts";
import { needsProbe } from "../../store/session/sessions.ts";
import type { App } from "../open.ts";

/** Corrects the sessions' states by connecting to those whose records cannot tell whether they are alive. */
export async function probeLiveness(app: App, store: SessionStore, sessions: readonly Session[]): Promise<Session[]> {
  if (!sessions.some(needsProbe)) return [...sessions];
  const { sockets } = await import("../../sys/net/socket.ts");
  const { probeSession } = await import("../../supervise/probe.ts");
  return Promise.all(sessions.map((session) => probeSession({ store, clock: app.clock, sockets }, session)));
}
