import { pathsOf, type SessionStore } from "../../store/session/session-paths.ts";
import { readSession } from "../../store/session/sessions.ts";
import type { Clock, WatchFolder } from "../../sys/sys.ts";
import { eachPiece } from "./log-reader.ts";

/** How often to look when nothing is told, in milliseconds. */
const LOOK_MS = 1_000;

export interface FollowDeps {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly watchFolder: WatchFolder;
}

/** Why following a log came to its end. */
export type FollowEnd = "over" | "replaced" | "stopped";

/** How far a log was read. */
export interface ReadSoFar {
  readonly bytes: number;
  /** Of the file that was read; undefined when there was none. */
  readonly identity: string | undefined;
}

/**
 * Gives `take` what is appended to a session's log behind `read`, as it comes, until the session is over, another
 * one has taken its place, or `take` returns false. `take` is also called with nothing, from time to time.
 */
export async function followLog(
  { store, clock, watchFolder }: FollowDeps,
  id: string,
  read: ReadSoFar,
  take: (bytes: Uint8Array) => boolean,
): Promise<FollowEnd> {
  const { log: path, folder } = pathsOf(store, id);
  let bell = new AbortController();
  const watcher = watchFolder(folder, () => bell.abort());
  try {
    for (let at = read.bytes; ; ) {
      bell = new AbortController();
      // Looked at before the log: what was written before an end is read after it.
      const isOver = readSession(store, id)?.isAlive !== true;
      const now = store.files.stat(path);
      if (now?.identity !== read.identity) return now === undefined ? "over" : "replaced";
      let isWanted = take(new Uint8Array(0));
      at = eachPiece(store.files, path, { from: at, to: now?.sizeBytes ?? 0 }, (bytes) => {
        isWanted = take(bytes);
        return isWanted;
      });
      if (!isWanted) return "stopped";
      if (isOver) return "over";
      await clock.sleep(LOOK_MS, bell.signal);
    }
  } finally {
    watcher.close();
  }
}
