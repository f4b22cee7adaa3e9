import { defineCommand } from "citty";
import { ourWorkers } from "../app/crew.ts";
import { type App, openApp } from "../app/open.ts";
import { openKill } from "../app/sessions.ts";
import { asTheyStand } from "../app/standing.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { plainLine } from "../core/text.ts";
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
  const live = (await asTheyStand(app, edge.store, ourWorkers(edge.store))).filter((worker) => worker.isAlive);
  if (!workers) {
    if (live.length > 0) app.output.data(`still running: ${live.map(({ id }) => plainLine(shortId(id))).join(", ")}`);
    return;
  }
  for (const worker of live) {
    const id = plainLine(shortId(worker.id));
    if (worker.isOurs) await killSession(edge, worker, "person");
    app.output.data(
      worker.isOurs ? `killed ${id}` : `left alone ${id}: its record is damaged; \`looop kill ${id}\` ends it`,
    );
  }
}

function inTerminal(pid: number): LooopError {
  return new LooopError({
    message: `Cannot stop the pulse: it runs in a terminal as process ${pid}, not in a session`,
    hint: `Press Ctrl-C there, or run \`kill ${pid}\``,
    exit: EXIT.failed,
  });
}
