import type { Session } from "../core/session/session.ts";
import { pathsOf, type SessionStore } from "../store/session/session-paths.ts";
import { needsProbe } from "../store/session/sessions.ts";
import type { Clock, Sockets } from "../sys/sys.ts";

export interface ProbeDeps {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly sockets: Sockets;
}

/** The most time until a new session listens, in milliseconds. */
const STARTUP_MS = 3_000;

/** Returns true when a supervisor listens for this session, whatever its files say. */
export async function isListening(
  { store, sockets }: Pick<ProbeDeps, "store" | "sockets">,
  id: string,
): Promise<boolean> {
  const { shortSocket, primarySocket } = pathsOf(store, id);
  for (const path of [shortSocket, primarySocket]) {
    const connection = await sockets.connect(path).catch(() => undefined);
    connection?.destroy();
    if (connection !== undefined) return true;
  }
  return false;
}

/**
 * Corrects a session's state by connecting to its sockets. A session of another program, whose supervisor's process id
 * may have been reused, is dead when its sockets do not answer. One with a damaged record is alive when they do.
 */
export async function probeSession(deps: ProbeDeps, session: Session): Promise<Session> {
  if (!needsProbe(session) || isStartingUp(deps.clock, session)) return session;
  const isAlive = await isListening(deps, session.id);
  if (session.state === "unknown") return { ...session, isAlive };
  return isAlive ? session : { ...session, state: "dead", isAlive };
}

function isStartingUp(clock: Clock, { meta }: Session): boolean {
  const ageMs = clock.now() - Date.parse(meta?.started_at ?? "");
  return ageMs >= 0 && ageMs < STARTUP_MS;
}
