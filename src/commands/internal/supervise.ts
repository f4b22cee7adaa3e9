import { defineCommand } from "citty";
import { type App, openApp } from "../../app/open.ts";
import { openSupervisor } from "../../app/session/open-sessions.ts";
import { VERSION } from "../../app/version.ts";
import { EXIT, expected } from "../../core/error.ts";
import { anySessionId } from "../../core/names.ts";
import { failedLine, launchedLine } from "../../core/session/launch-reply.ts";
import { readLaunchSpec } from "../../supervise/launch-spec.ts";
import { superviseSession } from "../../supervise/supervise-session.ts";

export const command = defineCommand({
  args: {
    id: { type: "string", required: true, description: "the session's id", valueHint: "id" },
    root: { type: "string", required: true, description: "the data folder", valueHint: "folder" },
  },
  run: ({ args }) => runSupervise(openApp(), anySessionId(args.id), args.root),
});

// On Deno a write to a terminal without a reader never completes.
export const exitImmediately = true;

/** Supervises one session to its end, as the launch spec on stdin says. Its starter reads one line of its output. */
export async function runSupervise(app: App, id: string, root: string): Promise<number> {
  try {
    const deps = await openSupervisor(app, root);
    const spec = readLaunchSpec(app.input());
    if (spec === undefined) return EXIT.ok;
    await superviseSession(deps, { ...spec, id, version: VERSION }, (pid) => app.output.data(launchedLine(pid)));
    return EXIT.ok;
  } catch (error) {
    expected(error); // a bug: the starter reads its stack from stderr
    app.output.data(failedLine(error));
    return error.exit;
  }
}
