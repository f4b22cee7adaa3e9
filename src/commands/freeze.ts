import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { freezeEverything, freezeWorker } from "../app/session/freeze-workers.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { commandPrefix } from "../store/paths.ts";
import { shortId } from "../store/session/find-session.ts";

export const command = defineCommand({
  args: {
    id: { type: "positional", required: false, description: "the worker, short or full" },
    all: { type: "boolean", description: "stop everything: nothing is decided, started or running until thaw --all" },
  },
  run: ({ args }) => runFreeze(openApp(), args.id, args.all === true),
});

export const manual = {
  about: [
    "Stops a worker and everything it has started, and keeps its context. A request under way to the model is still billed.",
    "`looop thaw` continues it, `looop kill` ends it.",
    "With --all, nothing is decided, started or running any more. The pulse still looks, and shows what waits for you.",
  ].join("\n"),
  examples: [
    ["looop freeze fix-login", "stop one worker where it is"],
    ["looop freeze --all", "stop everything at once"],
  ],
} as const;

export async function runFreeze(app: App, id: string | undefined, all: boolean): Promise<void> {
  checkTarget("freeze", id, all);
  const billed = "a request that is on its way is still billed";
  const prefix = commandPrefix(app.paths());
  if (id !== undefined) {
    const session = await freezeWorker(app, id);
    app.output.data(`froze ${session}; ${billed}\n  go on: ${prefix}looop thaw ${shortId(session)}`);
    return;
  }
  const stopped = await freezeEverything(app);
  const workers = stopped.length === 0 ? "no worker ran" : `stopped ${stopped.join(", ")}`;
  app.output.data(`froze everything: ${workers}; ${billed}\n  go on: ${prefix}looop thaw --all`);
}

/** Throws (exit 2) unless exactly one of a worker and --all is given. */
export function checkTarget(verb: "freeze" | "thaw", id: string | undefined, all: boolean): void {
  if ((id === undefined) === all) return;
  throw new LooopError({
    message: `Cannot ${verb}: ${all ? "a worker and --all were both named" : "nothing was named"}`,
    hint: `Usage: looop ${verb} <id>, or looop ${verb} --all`,
    exit: EXIT.usage,
  });
}
