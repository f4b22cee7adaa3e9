import { PULSE_ID, SESSION_PREFIX, sessionId } from "../core/names.ts";
import type { Session } from "../core/session.ts";
import type { SessionStore } from "../store/session-paths.ts";
import { listSessions } from "../store/sessions.ts";

/** Our sessions that are workers, live or not; also those whose damaged record no longer says whose they are. */
export function ourWorkers(store: SessionStore): Session[] {
  const pulse = sessionId(PULSE_ID);
  return listSessions(store).filter(
    ({ id, isOurs, standing }) => id.startsWith(SESSION_PREFIX) && id !== pulse && (isOurs || standing === "unknown"),
  );
}
