import { isFinished, keyOf } from "../../core/session/session.ts";
import { byUrgency, type ListedSession } from "../../core/session/table.ts";
import { readShownSessions } from "../../store/beat/shown-sessions.ts";
import { readDetails } from "../../store/session/session-details.ts";
import type { SessionStore } from "../../store/session/session-paths.ts";
import { listSessions } from "../../store/session/sessions.ts";
import type { App } from "../open.ts";
import { probeLiveness } from "./liveness.ts";

/** Returns the sessions as `ls` lists them, those that wait first; `all` adds ended ones that a beat has shown. */
export async function listedSessions(app: App, store: SessionStore, all: boolean): Promise<ListedSession[]> {
  const shown = all ? new Set<string>() : readShownSessions(app.files, app.paths());
  return (await probeLiveness(app, store, listSessions(store)))
    .filter((session) => !(isFinished(session) && shown.has(keyOf(session))))
    .sort(byUrgency)
    .map((session) => ({ ...session, details: readDetails(store, session) }));
}
