import type { HookReport } from "../session/waiting.ts";
import type { EventReaders } from "../stream/event.ts";
import type { LogFields, ReportedUsage } from "../telemetry/log-fields.ts";

/** A model CLI, as the shell commands that start it. */
export interface Runner {
  /** Decides and acts in one call (agent mode): the prompt comes on standard input. */
  readonly tick?: string;
  /** Proposes one move (typed mode): the prompt comes on standard input, the move goes to standard output. */
  readonly decide?: string;
  /** Starts a worker; `{{prompt_file}}` is replaced by the path of its prompt, quoted for the shell. */
  readonly interactive?: string;
  /** Goes on with a finished session: the person types it, followed by the session's id. */
  readonly resume?: string;
}

/** Everything looop knows about one model CLI. Each has a file of its own in this folder. */
export interface RunnerKind {
  /** The name in the config, which is also the name of its program. */
  readonly name: string;
  /** The commands a config may replace one by one. */
  readonly commands: Runner;
  /** The shell command that installs its program; undefined for a runner that is part of looop. */
  readonly install?: string;
  /** Tells that the person is not logged in, or no longer. */
  readonly login?: RunnerLogin;
  /** True when its program lets the model read files even while it only decides: then any of them may have spoken to it. */
  readonly readsFiles?: true;
  /** The model its program asks when the command names none, for prices. */
  readonly defaultModel?: string;
  /** The provider in the telemetry that looop sends, as OpenTelemetry names it. */
  readonly provider?: string;
  /** Reads the events its program prints. */
  readonly events: EventReaders;
  /** Reports the cost of a worker while it runs; undefined for a program that cannot. */
  readonly telemetry?: RunnerTelemetry;
  /** Reports when a worker waits for the person; undefined for a program that cannot. */
  readonly hooks?: RunnerHooks;
}

/** The login of a program, which only the person can renew. */
export interface RunnerLogin {
  /** Matches the errors of a call without a valid login. */
  readonly errors: RegExp;
  /** The command that logs in. */
  readonly command: string;
}

/** A program's own hooks, installed for one worker and never in the person's settings. */
export interface RunnerHooks {
  /** Returns the bash text that installs them, after which the program's name starts it with them. */
  script(folder: string): string;
  /** A file that the script refers to, in `folder`. */
  readonly file?: { readonly name: string; readonly text: string };
  /** Reads what a hook gives to `looop _hook`; undefined when it says nothing about waiting. */
  read?(payload: unknown): HookReport | undefined;
}

/** A program's own telemetry (OpenTelemetry logs), which a worker's supervisor listens to. */
export interface RunnerTelemetry {
  /** Returns the bash text that sends it to `endpoint`, unless the person has settings of their own. */
  script(endpoint: string): string;
  /** Reads the log record named `name`; undefined when it does not report the usage of one request. */
  usage(name: string, fields: LogFields): ReportedUsage | undefined;
}

/** The way a beat decides. A config that does not say means `agent`, as in 0.3; one that looop writes says `typed`. */
export type DecideMode = "typed" | "agent";

/** The place of the path of a worker's prompt in {@linkcode Runner.interactive}. */
export const PROMPT_FILE = "{{prompt_file}}";

/** The prompt as one word of the shell. Linux limits one argument to 128 KiB, so ticks read standard input instead. */
export const PROMPT = `"$(cat ${PROMPT_FILE})"`;
