import { EXIT, LooopError } from "../core/error.ts";
import { PULSE_ID, sessionId } from "../core/names.ts";
import type { ProcessIdentity } from "../core/process-identity.ts";
import { plain, utf8 } from "../core/text.ts";
import { livePulse } from "../store/pulse-state.ts";
import { pathsOf } from "../store/session/session-paths.ts";
import { readSession } from "../store/session/sessions.ts";
import { type StartDeps, startSupervisor } from "./start-supervisor.ts";

/** The session that the pulse runs in. */
export const PULSE_SESSION = sessionId(PULSE_ID);

/** The most time a pulse gets to record that it runs, and the time between checks, in milliseconds. */
const START_TIMEOUT_MS = 10_000;
const CHECK_MS = 20;

/** The longest log of the pulse, in bytes. It repeats the events and archives, so it may be shorter than a worker's. */
const LOG_MAX_BYTES = 67_108_864;

/** Starts the pulse in its own session and returns its process once it is on record as alive. */
export async function startPulse(deps: StartDeps): Promise<ProcessIdentity> {
  const { store, clock } = deps;
  await spawnOrJoin(deps);
  const endMs = clock.monotonic() + START_TIMEOUT_MS;
  for (;;) {
    const pulse = livePulse(store.files, store.processes, deps.paths);
    if (pulse !== undefined) return pulse;
    if (readSession(store, PULSE_SESSION)?.isAlive !== true || clock.monotonic() > endMs) throw didNotStart(deps);
    await clock.sleep(CHECK_MS);
  }
}

/** Of two concurrent starts one creates the session, and both wait for the same pulse. */
async function spawnOrJoin(deps: StartDeps): Promise<void> {
  const { store, paths, self } = deps;
  store.files.makeDir(paths.sessions);
  const supervisor = await startSupervisor(deps, PULSE_SESSION);
  const launched = supervisor.launch({
    argv: [...self, "_pulse"],
    cwd: paths.data,
    size: { cols: 120, rows: 40 },
    logMaxBytes: LOG_MAX_BYTES,
  });
  await launched.catch((error: unknown) => {
    if (!(error instanceof LooopError && error.exit === EXIT.busy)) throw error;
  });
}

function didNotStart({ store }: StartDeps): LooopError {
  if (readSession(store, PULSE_SESSION)?.status?.ended_by === "person") {
    return new LooopError({
      message: "Cannot start the pulse: it was stopped while it started",
      hint: "Start it again with `looop up` if you still want it",
      exit: EXIT.busy,
    });
  }
  const log = store.files.readPart(pathsOf(store, PULSE_SESSION).log, -4_000, 4_000) ?? new Uint8Array();
  const said = plain(utf8(log)).trim().split("\n").slice(-4).join("\n  ");
  return new LooopError({
    message: `Cannot start the pulse: it ended at once${said === "" ? "" : `. It said:\n  ${said}`}`,
    hint: "Correct that; `looop run` shows the same error in this terminal",
    exit: EXIT.failed,
  });
}
