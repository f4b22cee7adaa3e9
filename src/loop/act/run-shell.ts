import { EXIT, LooopError } from "../../core/error.ts";
import { BoundedBuffer } from "../../core/stream/bounded-buffer.ts";
import { plain, utf8 } from "../../core/text.ts";
import { writeShellResult } from "../../store/beat/move-results.ts";
import type { Ended } from "../../sys/sys.ts";
import type { DataDeps, ProgramDeps } from "../context/context.ts";
import type { MoveAuth } from "../context/effect.ts";
import { meterEnv } from "../money/spend.ts";

/** The part of a command's output that is kept, in bytes. */
const OUTPUT_BYTES = 2_048;

/** The part of it that a failure quotes, in characters. */
const QUOTED_CHARS = 512;

export interface Ran {
  readonly ended: Ended;
  /** The end of both streams, without control characters. */
  readonly output: string;
}

/** The dependencies of running a command. */
export type CommandDeps = DataDeps & ProgramDeps;

/** Runs a command to its end in the data folder. It is marked as looop's child, so commands only a person may run refuse it. */
export async function runCommand(
  { env, paths, proc, stop }: Pick<CommandDeps, "env" | "paths" | "proc" | "stop">,
  argv: readonly string[],
  runId: string,
  timeoutMs: number | undefined,
): Promise<Ran> {
  const output = new BoundedBuffer("end", OUTPUT_BYTES);
  const ended = await proc.run({
    argv,
    cwd: paths.data,
    env: { ...env, ...meterEnv({ kind: "shell", id: runId, runner: "shell" }) },
    signal: stop.now,
    onOutput: (bytes) => output.push(bytes),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  return { ended, output: plain(utf8(output.bytes())).trimEnd() };
}

/** Carries out run_shell and returns its result in words. The output is kept for the next beat. Throws when it fails. */
export async function runShell(deps: CommandDeps, cmd: string, { runId, tainted, words }: MoveAuth): Promise<string> {
  const { files, paths, knobs } = deps;
  // Words that a pattern allows run exactly as they were judged; a shell might split them differently.
  const argv = words ?? ["bash", "-o", "pipefail", "-c", cmd];
  const { ended, output } = await runCommand(deps, argv, runId, knobs.shellTimeoutMs);
  writeShellResult(files, paths, { runId, cmd, tainted, exitCode: ended.code, output });
  if (ended.code === 0) return "the command ended with exit 0";
  const how = ended.timedOut
    ? "ran out of time (LOOOP_SHELL_TIMEOUT)"
    : `ended with ${ended.signal ?? `exit ${ended.code}`}`;
  const said = output === "" ? "it printed nothing" : `it said: ${output.slice(-QUOTED_CHARS)}`;
  throw new LooopError({
    message: `Cannot complete the command: it ${how}; ${said}`,
    hint: "The next beat is shown what it printed",
    exit: EXIT.failed,
  });
}
