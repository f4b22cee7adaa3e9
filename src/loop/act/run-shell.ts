import { dirname } from "node:path";
import { EXIT, LooopError } from "../../core/error.ts";
import { argvOf, withoutShellSetup } from "../../core/shell/run-as-judged.ts";
import { BoundedBuffer } from "../../core/stream/bounded-buffer.ts";
import { plain, utf8 } from "../../core/text.ts";
import { writeShellResult } from "../../store/beat/move-results.ts";
import { makeWorkFolder, runWorkFolder } from "../../store/beat/work-folders.ts";
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

/** One command: its words, the folder it starts in, and who asked for it. */
interface Command {
  readonly argv: readonly string[];
  /** Made empty before the command starts. */
  readonly folder: string;
  /** The run or the worker that it belongs to. */
  readonly id: string;
  readonly timeoutMs: number | undefined;
}

/**
 * Runs a command to its end in an empty folder, without the person's shell setup. It is marked as looop's child, so
 * commands only a person may run refuse it.
 */
export async function runCommand(
  { env, files, proc, stop }: Pick<CommandDeps, "env" | "files" | "proc" | "stop">,
  { argv, folder, id, timeoutMs }: Command,
): Promise<Ran> {
  const output = new BoundedBuffer("end", OUTPUT_BYTES);
  makeWorkFolder(files, folder);
  const ended = await proc
    .run({
      argv,
      cwd: folder,
      env: {
        ...withoutShellSetup(env),
        // The data folder may be in a repository, which git must not find from the empty folder.
        GIT_CEILING_DIRECTORIES: [dirname(folder), ...(env["GIT_CEILING_DIRECTORIES"]?.split(":") ?? [])].join(":"),
        ...meterEnv({ kind: "shell", id, runner: "shell" }),
      },
      signal: stop.now,
      onOutput: (bytes) => output.push(bytes),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    })
    .finally(() => files.removeEmpty(folder));
  return { ended, output: plain(utf8(output.bytes())).trimEnd() };
}

/** Carries out run_shell and returns its result in words. The output is kept for the next beat. Throws when it fails. */
export async function runShell(deps: CommandDeps, cmd: string, { runId, tainted }: MoveAuth): Promise<string> {
  const { files, paths, knobs } = deps;
  const { ended, output } = await runCommand(deps, {
    argv: argvOf(cmd, ["-o", "pipefail"]),
    folder: runWorkFolder(paths, runId),
    id: runId,
    timeoutMs: knobs.shellTimeoutMs,
  });
  writeShellResult(files, paths, { runId, cmd, tainted, exitCode: ended.code, output });
  if (ended.code === 0) return "the command ended with exit 0";
  const how = ended.timedOut
    ? "ran out of time (LOOOP_SHELL_TIMEOUT) and was ended; part of it may have happened"
    : `ended with ${ended.signal ?? `exit ${ended.code}`}`;
  const said = output === "" ? "it printed nothing" : `it said: ${output.slice(-QUOTED_CHARS)}`;
  throw new LooopError({
    message: `Cannot complete the command: it ${how}; ${said}`,
    hint: "The next beat is shown what it printed",
    exit: EXIT.failed,
  });
}
