import { pathsOf, type SessionStore } from "../../store/session/session-paths.ts";
import { readSession } from "../../store/session/sessions.ts";
import type { Clock, WatchFolder } from "../../sys/sys.ts";
import { eachPiece } from "./log-reader.ts";

/** The interval of checks while the watcher reports nothing, in milliseconds. */
const CHECK_MS = 1_000;

export interface FollowDeps {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly watchFolder: WatchFolder;
  /** The longest time between two calls of `onBytes`, in milliseconds; a second when undefined. */
  readonly everyMs?: number;
}

/** The reason why following a log ended. */
export type FollowEnd = "over" | "replaced" | "stopped";

/** The part of a log that was read. */
export interface ReadSoFar {
  readonly bytes: number;
  /** The identity of the file that was read; undefined when it was missing. */
  readonly identity: string | undefined;
}

/**
 * Calls `onBytes` with what is appended to a session's log after `read`, until the session is over, another session has
 * replaced it, or `onBytes` returns false. It is also called without bytes from time to time, so that it can stop.
 */
export async function followLog(
  { store, clock, watchFolder, everyMs = CHECK_MS }: FollowDeps,
  id: string,
  read: ReadSoFar,
  onBytes: (bytes: Uint8Array) => boolean,
): Promise<FollowEnd> {
  const { log: path, folder } = pathsOf(store, id);
  let wake = new AbortController();
  const watcher = watchFolder(folder, () => wake.abort());
  try {
    for (let at = read.bytes; ; ) {
      wake = new AbortController();
      // Read before the log, so that all output from before an end is still read.
      const isOver = readSession(store, id)?.isAlive !== true;
      const now = store.files.stat(path);
      if (now?.identity !== read.identity) return now === undefined ? "over" : "replaced";
      let isWanted = onBytes(new Uint8Array(0));
      at = eachPiece(store.files, path, { from: at, to: now?.sizeBytes ?? 0 }, (bytes) => {
        isWanted = onBytes(bytes);
        return isWanted;
      });
      if (!isWanted) return "stopped";
      if (isOver) return "over";
      await clock.sleep(everyMs, wake.signal);
    }
  } finally {
    watcher.close();
  }
}
