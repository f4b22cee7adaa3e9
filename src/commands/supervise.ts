import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { openSupervisor } from "../app/sessions.ts";
import { VERSION } from "../app/version.ts";
import type { Budget } from "../core/budget.ts";
import { parseUsd } from "../core/cost.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { parseJson } from "../core/json.ts";
import { launched, notLaunched } from "../core/launch.ts";
import { anySessionId, quoted } from "../core/names.ts";
import { shownCommand } from "../core/worker-script.ts";
import { type SupervisorSpec, supervise } from "../supervise/supervisor.ts";
import type { Payroll } from "../supervise/till.ts";

interface Options extends SupervisorSpec {
  readonly root: string;
}

export const command = defineCommand({
  args: {
    id: { type: "string", required: true, description: "the session's id", valueHint: "id" },
    root: { type: "string", required: true, description: "the data folder", valueHint: "folder" },
    cwd: { type: "string", default: "/", description: "where the command runs", valueHint: "folder" },
    size: { type: "string", default: "80x24", description: "columns and rows", valueHint: "CxR" },
    "log-max": { type: "string", default: "1073741824", description: "limit of the log, in bytes", valueHint: "bytes" },
    runner: { type: "string", description: "of a worker: who does it", valueHint: "name" },
    budget: { type: "string", description: "its own cap", valueHint: "usd" },
    caps: { type: "string", description: "those of the config, from its starter", valueHint: "json" },
    worker: { type: "string", default: "", description: "free, metered, or both", valueHint: "kinds" },
    command: { type: "positional", required: true, description: "what to run", valueHint: "..." },
  },
  run: ({ args }) =>
    runSupervise(openApp(), {
      id: anySessionId(args.id),
      root: args.root,
      cwd: args.cwd,
      size: parseSize(args.size),
      logMaxBytes: Number(args["log-max"]),
      argv: args._,
      worker: args.runner === undefined ? undefined : payroll(args.runner, args),
      version: VERSION,
    }),
});

// On Deno a write to a terminal that nobody read is under way for ever.
export const endsAtOnce = true;

/** Supervises one session to its end. Its only reader is its starter, and that for one line. */
export async function runSupervise(app: App, { root, ...spec }: Options): Promise<number> {
  const edge = await openSupervisor(app, root);
  try {
    await supervise(edge, spec, (pid) => app.output.data(launched(pid)));
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof LooopError)) throw error; // a bug: the starter reads its stack from stderr
    app.output.data(notLaunched(error));
    return error.exit;
  }
}

interface Words {
  readonly budget?: string | undefined;
  readonly caps?: string | undefined;
  readonly worker: string;
  readonly _: string[];
}

function payroll(runner: string, args: Words): Payroll {
  const kinds = args.worker.split(",");
  const capUsd = args.budget === undefined ? undefined : parseUsd(args.budget);
  const command = shownCommand(args._);
  // Our own starter wrote it (supervise/spawn.ts).
  const caps = args.caps === undefined ? undefined : (parseJson(args.caps) as Budget | undefined);
  return { runner, capUsd, caps, command, isFree: kinds.includes("free"), isMetered: kinds.includes("metered") };
}

function parseSize(text: string): SupervisorSpec["size"] {
  const [, cols, rows] = /^(\d{1,5})x(\d{1,5})$/.exec(text) ?? [];
  if (cols !== undefined && rows !== undefined) return { cols: Number(cols), rows: Number(rows) };
  const message = `Cannot read the size ${quoted(text)}: it is not like 80x24`;
  throw new LooopError({ message, hint: "Give columns, x, rows", exit: EXIT.usage });
}
