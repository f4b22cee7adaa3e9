import { defineCommand } from "citty";
import { type App, openApp } from "../app/open.ts";
import { startRequested } from "../app/session/start-requested.ts";
import { repeated } from "../core/cli/repeated.ts";
import { EXIT, LooopError } from "../core/error.ts";
import { requireUsd } from "../core/money/call.ts";
import { quoted, workerId } from "../core/names.ts";
import { parseSize } from "../core/session/size.ts";
import { timeLimit } from "../core/session/time-limit.ts";
import { parseVariables } from "../core/session/variables.ts";
import { commandPrefix } from "../store/paths.ts";
import { shortId } from "../store/session/find-session.ts";
import type { WorkerTerms } from "../supervise/start-worker.ts";

export const command = defineCommand({
  args: {
    id: { type: "positional", required: true, description: "the worker's id; usually the goal's" },
    prompt: { type: "positional", required: false, description: "the task; - reads it from standard input" },
    "runner-name": { type: "positional", required: false, description: "the runner, as with --runner" },
    runner: { type: "string", description: "the runner (default: the config's)", valueHint: "name" },
    "prompt-file": { type: "string", description: "read the task from a file", valueHint: "file" },
    command: {
      type: "string",
      description: "run this instead of a runner; {{prompt_file}} is the task",
      valueHint: "shell",
    },
    verify: { type: "string", description: "run this once it has ended, and tell the loop", valueHint: "shell" },
    budget: { type: "string", description: "its cap (default: budget.worker_usd)", valueHint: "usd" },
    cwd: { type: "string", description: "the folder it starts in (default: the data folder)", valueHint: "folder" },
    env: { type: "string", description: "set a variable for it; can be repeated", valueHint: "NAME=value" },
    size: { type: "string", description: "its terminal's size (default: 120x40)", valueHint: "100x30" },
    timeout: { type: "string", description: "end it after this long", valueHint: "2h" },
    "idle-timeout": { type: "string", description: "end it when it prints nothing for this long", valueHint: "30m" },
  },
  run: ({ args, rawArgs }) =>
    runStartSession(openApp(), {
      ...args,
      runner: runnerOf(args.runner, args["runner-name"]),
      promptFile: args["prompt-file"],
      terms: {
        size: args.size === undefined ? undefined : parseSize(args.size),
        variables: parseVariables(repeated(rawArgs, "--env")),
        timeoutMs: timeLimit("timeout", args.timeout),
        idleTimeoutMs: timeLimit("idle-timeout", args["idle-timeout"]),
      },
    }),
});

export const manual = {
  about: [
    "Starts a worker in its own terminal, which outlives this one, and returns once it runs, or says why it does not.",
    "The worker contract precedes the task. No live worker may have the same id.",
  ].join("\n"),
  examples: [
    ['looop start-session fix-login "Fix issue 12"', "start a worker with the default runner"],
    ["looop start-session plan - claude <task.md", "read the task from a file, and use claude"],
    ["looop start-session top --command htop", "start any program"],
  ],
} as const;

export interface StartOptions {
  readonly id: string;
  readonly prompt?: string | undefined;
  readonly promptFile?: string | undefined;
  readonly runner?: string | undefined;
  readonly command?: string | undefined;
  readonly cwd?: string | undefined;
  readonly budget?: string | undefined;
  readonly verify?: string | undefined;
  readonly terms?: WorkerTerms | undefined;
}

/** Starts a worker. */
export async function runStartSession(app: App, options: StartOptions): Promise<void> {
  const id = workerId(options.id);
  const request = {
    ...options,
    id,
    prompt: promptOf(app, options),
    budgetUsd: options.budget === undefined ? undefined : requireUsd("budget", options.budget),
  };
  const { session, runner, cwd } =
    options.verify === undefined
      ? await startRequested(app, request)
      : await (await import("../app/session/start-verified.ts")).startWithVerify(app, request, options.verify);
  app.output.data(`started ${session} (runner: ${runner}, cwd: ${cwd})`);
  app.output.data(`watch:  ${commandPrefix(app.paths())}looop attach ${shortId(session)}`);
}

/** Returns the task. With --command it may be empty: the command needs none. */
function promptOf(app: App, { prompt, promptFile, command }: StartOptions): string {
  if (promptFile !== undefined) {
    const text = app.files.read(app.absolute(promptFile));
    if (text !== undefined) return text;
    throw new LooopError({
      message: `Cannot read the task: there is no file ${promptFile}`,
      hint: "Check the path after --prompt-file",
      exit: EXIT.notFound,
    });
  }
  if (prompt !== "-") return prompt ?? command ?? "";
  return app.input();
}

/** Returns the runner's name. Throws (exit 2) when two are given. */
function runnerOf(option: string | undefined, positional: string | undefined): string | undefined {
  if (option === undefined || positional === undefined || option === positional) return option ?? positional;
  throw new LooopError({
    message: `Cannot start a worker with two runners: ${quoted(option)} and ${quoted(positional)}`,
    hint: "Leave one out",
    exit: EXIT.usage,
  });
}
