import { EXIT, LooopError } from "../../core/error.ts";
import { BoundedBuffer } from "../../core/stream/bounded-buffer.ts";
import { plain, utf8 } from "../../core/text.ts";
import { writeShell } from "../../store/beat/pending.ts";
import type { Ended } from "../../sys/sys.ts";
import type { Context } from "../context/context.ts";
import type { MoveAuth } from "../context/effect.ts";
import { meterEnv } from "../money/spend.ts";

/** How much of what a command prints is kept, in bytes. */
const OUTPUT_BYTES = 2_048;

/** How much of that a failure quotes, in characters. */
const QUOTED = 512;

export interface Ran {
  readonly ended: Ended;
  /** The end of both its streams, clean. */
  readonly output: string;
}

/** Runs a command to its end in the data folder. It is marked as looop's, so it cannot speak for the person by a verb. */
export async function runCommand(
  context: Context,
  argv: readonly string[],
  runId: string,
  timeoutMs: number | undefined,
): Promise<Ran> {
  const { env, paths, proc, stop } = context;
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

/** Makes the move run_shell and says how it went. What was printed is for the next beat. Throws when it fails. */
export async function runShell(context: Context, cmd: string, { runId, tainted, words }: MoveAuth): Promise<string> {
  const { files, paths, knobs } = context;
  // Words that were allowed in advance are run as they were read; a shell might read them otherwise.
  const argv = words ?? ["bash", "-o", "pipefail", "-c", cmd];
  const { ended, output } = await runCommand(context, argv, runId, knobs.shellTimeoutMs);
  writeShell(files, paths, { runId, cmd, tainted, exitCode: ended.code, output });
  if (ended.code === 0) return "the command ended with exit 0";
  const how = ended.timedOut
    ? "ran out of time (LOOOP_SHELL_TIMEOUT)"
    : `ended with ${ended.signal ?? `exit ${ended.code}`}`;
  const said = output === "" ? "it printed nothing" : `it said: ${output.slice(-QUOTED)}`;
  throw new LooopError({
    message: `Cannot complete the command: it ${how}; ${said}`,
    hint: "The next beat is shown what it printed",
    exit: EXIT.failed,
  });
}
