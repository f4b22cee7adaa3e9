import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { ourWorkers } from "../app/our-workers.ts";
import { openKill } from "../app/sessions.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { shortId } from "../store/find-session.ts";
import { livePulse } from "../store/pulse.ts";
import { readSession } from "../store/sessions.ts";
import { killSession } from "../supervise/kill.ts";
import { PULSE_SESSION } from "../supervise/pulse.ts";

export const command = defineCommand({
  args: { workers: { type: "boolean", description: "end the workers too" } },
  run: ({ args }) => runDown(openApp(), args.workers === true),
});

export const manual = {
  about: "Ends the pulse. Workers go on, because they may be in the middle of something; it says which.",
  examples: [
    ["looop down", "stop the loop"],
    ["looop down --workers", "stop the loop and everything it started"],
  ],
} as const;

/** Ends the pulse's session, and on request all workers of ours. */
export async function runDown(app: App, workers: boolean): Promise<void> {
  const edge = await openKill(app);
  const session = readSession(edge.store, PULSE_SESSION);
  if (session?.isAlive === true) {
    await killSession(edge, session, "person");
    app.output.data("pulse stopped");
  } else {
    const other = livePulse(app.files, app.processes, app.paths());
    if (other !== undefined) throw inTerminal(other.pid);
    app.output.data("no pulse session to stop");
  }
  const live = ourWorkers(edge.store).filter((worker) => worker.isAlive);
  if (!workers) {
    if (live.length > 0) app.output.data(`still running: ${live.map(({ id }) => shortId(id)).join(", ")}`);
    return;
  }
  for (const worker of live) {
    await killSession(edge, worker, "person");
    app.output.data(`killed ${shortId(worker.id)}`);
  }
}

function inTerminal(pid: number): LooopError {
  return new LooopError({
    message: `Cannot stop the pulse: it runs in a terminal as process ${pid}, not in a session`,
    hint: `Press Ctrl-C there, or run \`kill ${pid}\``,
    exit: EXIT.failed,
  });
}
