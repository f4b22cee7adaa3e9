import { dirname } from "node:path";
import { EXIT, expected, type LooopError } from "../../core/error.ts";
import type { SessionPaths } from "../../store/session/session-paths.ts";
import type { Connection, Listener, Sockets } from "../../sys/sys.ts";

/**
 * Listens on both socket paths of a session and returns a function that closes them. One is enough: the primary path may
 * be too long for a socket, and the folder of the short path may not be writable. Throws when neither works, or (exit 5)
 * when a supervisor already listens.
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
      // A supervisor answers there, and a session must not have two.
      if (error.exit === EXIT.busy) throw afterClosing(listeners, error);
      failures.push(error);
    }
  }
  const [first] = failures;
  if (listeners.length === 0 && first !== undefined) throw first;
  return () => {
    for (const listener of listeners) listener.close();
  };
}

function afterClosing(listeners: readonly Listener[], error: LooopError): LooopError {
  for (const listener of listeners) listener.close();
  return error;
}
