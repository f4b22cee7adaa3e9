import { startVerified } from "../../loop/act/verify.ts";
import type { App } from "../open.ts";
import { requirePerson } from "../person.ts";
import { openSessions } from "./open-sessions.ts";
import { type StartedWorker, startRequested, type WorkerRequest } from "./start-requested.ts";
import { openWorkerView } from "./workers.ts";

/**
 * Starts a worker whose result a beat checks with `verify`, a shell command, once it has ended. Throws (exit 7) in a worker,
 * a runner or a sensor: the loop runs the command as the person's.
 */
export async function startWithVerify(app: App, request: WorkerRequest, verify: string): Promise<StartedWorker> {
  requirePerson(app, "name a command that verifies a worker", true);
  const { files } = app;
  const paths = app.paths();
  const fleet = openWorkerView(await openSessions(app), paths);
  let started: StartedWorker | undefined;
  await startVerified({ files, paths, fleet }, request.id, { cmd: verify }, async () => {
    started = await startRequested(app, request);
  });
  return started as unknown as StartedWorker;
}
