import { PULSE_ID, SESSION_PREFIX, sessionId } from "../../core/names.ts";
import {
  type Fleet,
  isFinished,
  keyOf,
  openFlag,
  type Session,
  statusWords,
  type Worker,
} from "../../core/session/session.ts";
import { plain } from "../../core/text.ts";
import { addShownSessions, readShownSessions } from "../../store/beat/shown-sessions.ts";
import type { Paths } from "../../store/paths.ts";
import { readTextPart } from "../../store/read-text.ts";
import { pathsOf, type SessionStore } from "../../store/session/session-paths.ts";
import { listSessions } from "../../store/session/sessions.ts";

/** The part of a finished worker's transcript that is read, in bytes, and the number of lines that are shown. */
const TAIL_BYTES = 8_192;
const TAIL_LINES = 12;

/** The part of the fleet that reads workers and marks them as shown. */
export type WorkerView = Pick<Fleet, "workers" | "flagged" | "markShown">;

/** Opens the view of our workers. */
export function openWorkerView(store: SessionStore, paths: Paths): WorkerView {
  const { files } = store;
  return {
    workers: () => {
      const shown = readShownSessions(files, paths);
      return ourWorkers(store)
        .filter((session) => !(isFinished(session) && shown.has(keyOf(session))))
        .map((session) => workerOf(store, session));
    },
    flagged: () =>
      ourWorkers(store).flatMap((session) => (openFlag(session) === undefined ? [] : [workerOf(store, session)])),
    markShown: (workers) => {
      const keys = workers.filter((worker) => worker.finished).map((worker) => worker.key);
      if (keys.length > 0) addShownSessions(files, paths, keys, new Set(ourWorkers(store).map(keyOf)));
    },
  };
}

/** Returns our workers, live or not, and those whose owner a damaged record no longer tells. */
export function ourWorkers(store: SessionStore): Session[] {
  const pulse = sessionId(PULSE_ID);
  return listSessions(store).filter(
    ({ id, isOurs, state }) => id.startsWith(SESSION_PREFIX) && id !== pulse && (isOurs || state === "unknown"),
  );
}

function workerOf(store: SessionStore, session: Session): Worker {
  const finished = isFinished(session);
  const { note, waiting } = pathsOf(store, session.id);
  const hasNote = store.files.stat(note) !== undefined;
  return {
    id: session.id.slice(SESSION_PREFIX.length),
    key: keyOf(session),
    state: session.state,
    alive: session.isAlive,
    finished,
    exitCode: session.status?.exit_code ?? undefined,
    endedBy: session.status?.ended_by,
    note: openFlag(session),
    isSeenWaiting: !hasNote && session.waiting !== undefined,
    flaggedAtMs: store.files.stat(hasNote ? note : waiting)?.mtimeMs,
    status: statusWords(session),
    tail: finished ? tailOf(store, session.id) : "",
  };
}

function tailOf(store: SessionStore, id: string): string {
  const text = readTextPart(store.files, pathsOf(store, id).log, TAIL_BYTES, -TAIL_BYTES) ?? "";
  const lines = plain(text)
    .split("\n")
    .map((line) => line.trimEnd());
  return lines
    .filter((line) => line !== "")
    .slice(-TAIL_LINES)
    .join("\n");
}
