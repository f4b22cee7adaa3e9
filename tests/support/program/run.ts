import { spawnSync } from "node:child_process";
import process from "node:process";

/** The time limit of a command, in milliseconds. */
export const LIMIT_MS = Number(process.env["LOOOP_TEST_LIMIT_MS"] ?? 25_000);

/** The end of a command, and all it printed. */
export interface Outcome {
  /** The exit code, or the name of the signal it died by. */
  readonly exit: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Its input; empty by default. */
  readonly stdin?: string | Uint8Array;
}

/** Runs any command to its end. Throws when it cannot be started or does not end. */
export function run(argv: readonly string[], { env, cwd, stdin = "" }: Surroundings): Outcome {
  const [command = "", ...rest] = argv;
  const done = spawnSync(command, rest, {
    env: { ...env },
    cwd,
    input: stdin,
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
    maxBuffer: 1 << 30,
  });
  if (done.error !== undefined) throw new Error(`Cannot run ${argv.join(" ")}: ${done.error.message}`);
  return {
    exit: done.status ?? done.signal ?? "unknown",
    stdout: done.stdout.toString("utf8"),
    stderr: done.stderr.toString("utf8"),
  };
}
