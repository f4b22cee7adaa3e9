import type { Session } from "../core/session/session.ts";
import { pathsOf, type SessionStore } from "../store/session/session-paths.ts";
import { needsProbe } from "../store/session/sessions.ts";
import type { Clock, Sockets } from "../sys/sys.ts";

export interface ProbeDeps {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly sockets: Sockets;
}

/** How long a session that has just begun may take until it listens, in milliseconds. */
const BEGINNING_MS = 3_000;

/** Whether a supervisor listens for this session, whatever its files say. */
export async function isListening(
  { store, sockets }: Pick<ProbeDeps, "store" | "sockets">,
  id: string,
): Promise<boolean> {
  const { shortSocket: farSocket, primarySocket: nearSocket } = pathsOf(store, id);
  for (const path of [farSocket, nearSocket]) {
    const connection = await sockets.connect(path).catch(() => undefined);
    connection?.destroy();
    if (connection !== undefined) return true;
  }
  return false;
}

/**
 * The session as it really stands: one of another program whose owner's number may by now be someone else's, and on
 * whose sockets nobody answers, is dead; one whose record is damaged lives when somebody answers.
 */
export async function probeSession(edge: ProbeDeps, session: Session): Promise<Session> {
  if (!needsProbe(session) || isBeginning(edge.clock, session)) return session;
  const isAlive = await isListening(edge, session.id);
  if (session.standing === "unknown") return { ...session, isAlive };
  return isAlive ? session : { ...session, standing: "dead", isAlive };
}

function isBeginning(clock: Clock, { meta }: Session): boolean {
  const ageMs = clock.now() - Date.parse(meta?.started_at ?? "");
  return ageMs >= 0 && ageMs < BEGINNING_MS;
}
