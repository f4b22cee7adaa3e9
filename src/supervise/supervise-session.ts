import { variablesScript } from "../core/session/variables.ts";
import type { SessionPaths } from "../store/session/session-paths.ts";
import { createSession } from "./create-session.ts";
import { SessionOutput } from "./session-output.ts";
import { SessionRecord } from "./session-record.ts";
import { Supervisor, type SupervisorDeps, type SupervisorSpec } from "./supervisor.ts";
import { limitTime } from "./time-limits.ts";

/**
 * Supervises one session until it is over, and calls `onReady` once its program runs. Throws a LooopError when the
 * program cannot start, after a final record is written. Rethrows a bug of the supervisor once the session has ended.
 */
export async function superviseSession(deps: SupervisorDeps, spec: SupervisorSpec, onReady: (pid: number) => void) {
  const paths = await createSession(deps, spec);
  const record = new SessionRecord(deps.store, deps.clock, paths);
  if (spec.variables !== undefined) deps.store.files.write(paths.variables, variablesScript(spec.variables));
  const session = new Supervisor(deps, spec, paths, record, openOutput(deps, spec, paths, record));
  const program = await session.start();
  deps.onCrash((error) => void session.crash(error));
  onReady(program.pid);
  const over = new AbortController();
  limitTime(deps.clock, session, spec, over.signal);
  await session.ended.finally(() => over.abort());
}

function openOutput(deps: SupervisorDeps, spec: SupervisorSpec, paths: SessionPaths, record: SessionRecord) {
  try {
    return new SessionOutput(deps, paths, spec.logMaxBytes);
  } catch (error) {
    record.writeChange({ state: "exited", reason: error instanceof Error ? error.message : `${error}` });
    throw error;
  }
}
