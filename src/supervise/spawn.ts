import type { Env } from "../core/env.ts";
import { readLaunch } from "../core/launch.ts";
import type { Detach } from "../sys/sys.ts";
import type { SupervisorSpec } from "./supervisor.ts";
import type { Payroll } from "./till.ts";

/** How long a supervisor may take to say that its program runs, in milliseconds. It takes some tens. */
const LAUNCH_MS = 20_000;

/** A supervisor to start. */
export interface Launch extends Omit<SupervisorSpec, "version"> {
  /** The words that start this program again. */
  readonly self: readonly string[];
  /** The data folder, in the spelling that names its sockets. */
  readonly data: string;
  /** The whole environment of the program, and of its supervisor: a PTY's child can only be given more. */
  readonly env: Env;
}

export interface Launched {
  readonly supervisorPid: number;
  readonly childPid: number;
}

/**
 * Starts a session that outlives us. Returns once its program runs; throws with the reason when it does not come to
 * that, which is the supervisor's own: no such command, no such folder, the id is taken.
 */
export async function spawnSupervisor(detach: Detach, launch: Launch): Promise<Launched> {
  const env = { TERM: "xterm-256color", ...launch.env };
  const supervisor = await detach({ argv: [...launch.self, ...supervisorWords(launch)], cwd: launch.data, env });
  return { supervisorPid: supervisor.pid, childPid: readLaunch(await supervisor.firstLine(LAUNCH_MS)) };
}

/** The command line of a supervisor: what `ps` shows, so that a person knows which session it is. */
function supervisorWords({ data, id, cwd, size, logMaxBytes, argv, worker }: Launch): string[] {
  return [
    "__supervise",
    ...["--id", id],
    ...["--root", data],
    ...["--cwd", cwd],
    ...["--size", `${size.cols}x${size.rows}`],
    ...["--log-max", `${logMaxBytes}`],
    ...(worker === undefined ? [] : payrollWords(worker)),
    "--",
    ...argv,
  ];
}

function payrollWords({ runner, capUsd, caps, isFree, isMetered }: Payroll): string[] {
  const kinds = [...(isFree ? ["free"] : []), ...(isMetered ? ["metered"] : [])];
  const cap = capUsd === undefined ? [] : ["--budget", `${capUsd}`];
  const all = caps === undefined ? [] : ["--caps", JSON.stringify(caps)];
  return ["--runner", runner, ...cap, ...all, ...(kinds.length === 0 ? [] : ["--worker", kinds.join(",")])];
}
