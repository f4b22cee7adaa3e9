import { dirname } from "node:path";
import { EXIT, expected, type LooopError } from "../../core/error.ts";
import type { SessionPaths } from "../../store/session/session-paths.ts";
import type { Connection, Listener, Sockets } from "../../sys/sys.ts";

/**
 * Listens on both of a session's paths and returns what stops it. One is enough: the near path may be too long, the far
 * one's folder may not be ours to write.
 */
export async function listenForSession(
  sockets: Sockets,
  paths: SessionPaths,
  onConnection: (connection: Connection) => void,
): Promise<() => void> {
  const listeners: Listener[] = [];
  const failures: LooopError[] = [];
  for (const path of [paths.shortSocket, paths.primarySocket]) {
    try {
      if (path === paths.shortSocket) sockets.makeFolder(dirname(dirname(path)));
      sockets.makeFolder(dirname(path));
      listeners.push(await sockets.listen(path, onConnection));
    } catch (error) {
      expected(error);
      // Somebody answers there: a second supervisor of one session must not be.
      if (error.exit === EXIT.busy) throw closing(listeners, error);
      failures.push(error);
    }
  }
  const [first] = failures;
  if (listeners.length === 0 && first !== undefined) throw first;
  return () => {
    for (const listener of listeners) listener.close();
  };
}

function closing(listeners: readonly Listener[], error: LooopError): LooopError {
  for (const listener of listeners) listener.close();
  return error;
}
