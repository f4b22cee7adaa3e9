import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { probeLiveness } from "../app/session/liveness.ts";
import { openKill } from "../app/session/open-sessions.ts";
import { ourWorkers } from "../app/session/workers.ts";
import { busyManager, carryOut } from "../app/setup/service.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { plainLine } from "../core/text.ts";
import { lockPulse, pidFile } from "../store/loop-locks.ts";
import { deadPulse, forgetPulse, livePulse } from "../store/pulse-state.ts";
import { shortId } from "../store/session/find-session.ts";
import { readSession } from "../store/session/sessions.ts";
import { endSession } from "../supervise/end-session.ts";
import { PULSE_SESSION } from "../supervise/start-pulse.ts";

export const command = defineCommand({
  args: { workers: { type: "boolean", description: "end the workers too" } },
  run: ({ args }) => runDown(openApp(), args.workers === true),
});

export const manual = {
  about: `Stops the pulse. A service (\`looop service install\`) starts it again at the next login or boot. Workers continue, because
they may be in the middle of something; it lists them.`,
  examples: [
    ["looop down", "stop the loop"],
    ["looop down --workers", "stop the loop and everything it started"],
  ],
} as const;

/** Ends the report of a pulse that died: the person has stopped the loop. */
async function settleDeadPulse(app: App): Promise<void> {
  const paths = app.paths();
  if (deadPulse(app.files, app.processes, paths) === undefined) return;
  const { files, clock } = app;
  const lock = await lockPulse({ files, clock, paths, locks: await app.locks(), proc: await app.proc() });
  forgetPulse(files, paths);
  files.remove(pidFile(paths));
  lock.release();
}

/** Stops the pulse, of the service or in its session, and on request all our workers. */
export async function runDown(app: App, workers: boolean): Promise<void> {
  const deps = await openKill(app);
  const service = await busyManager(app);
  // The service first: it would start the pulse again.
  if (service !== undefined) await carryOut(app, service.halt);
  const session = readSession(deps.store, PULSE_SESSION);
  const other = session?.isAlive === true ? undefined : livePulse(app.files, app.processes, app.paths());
  if (other !== undefined) {
    throw new LooopError({
      message: `Cannot stop the pulse: it runs in a terminal as process ${other.pid}, not in a session`,
      hint: `Press Ctrl-C there, or run \`kill ${other.pid}\``,
      exit: EXIT.failed,
    });
  }
  if (session?.isAlive === true) await endSession(deps, session, "person");
  await settleDeadPulse(app);
  app.output.data(session?.isAlive === true || service !== undefined ? "pulse stopped" : "no pulse session to stop");
  if (service !== undefined) {
    app.output.data(`${service.name} starts it at the next login or boot, unless you run \`looop service uninstall\``);
  }
  const live = (await probeLiveness(app, deps.store, ourWorkers(deps.store))).filter((worker) => worker.isAlive);
  if (!workers) {
    if (live.length > 0) app.output.data(`still running: ${live.map(({ id }) => plainLine(shortId(id))).join(", ")}`);
    return;
  }
  for (const worker of live) {
    const id = plainLine(shortId(worker.id));
    if (worker.isOurs) await endSession(deps, worker, "person");
    app.output.data(
      worker.isOurs ? `killed ${id}` : `left alone ${id}: its record is damaged; \`looop kill ${id}\` ends it`,
    );
  }
}
