import { defineCommand } from "citty";
import { openLoop } from "../app/loop/open-loop.ts";
import { type App, openApp } from "../app/open.ts";
import { openSessions } from "../app/session/open-sessions.ts";
import { LOGIN_SHELL_HINT, workersTrouble } from "../app/setup/login-shell.ts";
import { readyRunner } from "../loop/decide/ready-runner.ts";
import { commandPrefix } from "../store/paths.ts";
import { livePulse } from "../store/pulse-state.ts";
import { startPulse } from "../supervise/start-pulse.ts";

export const command = defineCommand({ run: () => runUp(openApp()) });

export const manual = {
  about: "Starts the pulse in a session that outlives this terminal, and returns once it runs.",
  examples: [["looop up", "start the pulse"]],
} as const;

/** Starts the pulse in the background, unless it runs already. */
export async function runUp(app: App): Promise<void> {
  const paths = app.paths();
  const context = await openLoop(app);
  const runner = await readyRunner(context);
  const deps = {
    store: await openSessions(app),
    paths,
    clock: app.clock,
    detach: await app.detach(),
    self: await app.self(),
    env: context.env,
  };
  const running = livePulse(app.files, app.processes, paths);
  if (running !== undefined) {
    app.output.data(`the pulse already runs (pid ${running.pid})`);
    return;
  }
  const trouble = await workersTrouble(app, await context.config(), runner.name);
  if (trouble !== undefined) await app.output.say(`${trouble}\n  hint: ${LOGIN_SHELL_HINT}`);
  const { pid } = await startPulse(deps);
  const looop = `${commandPrefix(paths)}looop`;
  app.output.data(`started the pulse (pid ${pid})`);
  app.output.data(`see:    ${looop} status`);
  app.output.data(`watch:  ${looop} attach pulse  (Ctrl-\\ twice leaves it)`);
  app.output.data(`stop:   ${looop} down`);
}
