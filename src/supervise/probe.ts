import type { Session } from "../core/session/session.ts";
import { pathsOf } from "../store/session/session-paths.ts";
import { needsProbe } from "../store/session/sessions.ts";
import type { Clock, Sockets } from "../sys/sys.ts";
import type { ClientDeps } from "./wire/client.ts";

/** The most time until a new session listens, in milliseconds. */
const STARTUP_MS = 3_000;

/** Returns true when a supervisor listens for this session, whatever its files say. */
export async function isListening({ store, sockets }: Pick<ClientDeps, "store" | "sockets">, id: string) {
  const { shortSocket, primarySocket } = pathsOf(store, id);
  return (await answers(sockets, shortSocket)) || (await answers(sockets, primarySocket));
}

/** Returns true when a process listens on the socket at `path`. */
export async function answers(sockets: Sockets, path: string): Promise<boolean> {
  const connection = await sockets.connect(path).catch(() => undefined);
  connection?.destroy();
  return connection !== undefined;
}

/**
 * Corrects a session's state by connecting to its sockets. A session of another program, whose supervisor's process id
 * may have been reused, is dead when its sockets do not answer. One with a damaged record is alive when they do.
 */
export async function probeSession(deps: ClientDeps, session: Session): Promise<Session> {
  if (!needsProbe(session) || isStartingUp(deps.clock, session)) return session;
  const isAlive = await isListening(deps, session.id);
  if (session.state === "unknown") return { ...session, isAlive };
  return isAlive ? session : { ...session, state: "dead", isAlive };
}

function isStartingUp(clock: Clock, { meta }: Session): boolean {
  const ageMs = clock.now() - Date.parse(meta?.started_at ?? "");
  return ageMs >= 0 && ageMs < STARTUP_MS;
}
