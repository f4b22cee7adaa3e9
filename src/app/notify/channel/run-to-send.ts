import { join } from "node:path";
import { EXIT, LooopError } from "../../../core/error.ts";
import { BoundedBuffer } from "../../../core/stream/bounded-buffer.ts";
import { clip, plainLine, utf8 } from "../../../core/text.ts";
import type { ChannelDeps } from "./channel.ts";

/** The time that a program has, in milliseconds. */
const TIMEOUT_MS = 30_000;

const ERROR_BYTES = 1_024;

/** Gives each run its own input file. */
let runs = 0;

/** Runs a program that sends what is on its standard input. Throws with the end of its stderr when it fails. */
export async function runToSend(
  { configFolder, env, files, folder, proc }: ChannelDeps,
  argv: readonly string[],
  input: string,
): Promise<void> {
  const stdin = join(folder, `.notify.${proc.pid}.${++runs}.tmp`);
  const stderr = new BoundedBuffer("end", ERROR_BYTES);
  files.jot(stdin, input);
  try {
    const ended = await proc.run({
      argv,
      cwd: configFolder,
      // As in a sensor: a command that gets the words of workers is not the person.
      env: { ...given(env), LOOOP_COST_KIND: "notify" },
      stdin,
      timeoutMs: TIMEOUT_MS,
      onOutput: (bytes, from) => {
        if (from === "stderr") stderr.push(bytes);
      },
    });
    if (ended.code === 0) return;
    const how = ended.timedOut ? "timed out" : `ended with ${ended.signal ?? `exit code ${ended.code}`}`;
    const said = clip(plainLine(utf8(stderr.bytes()).trim()), 200);
    throw new LooopError({
      message: `Cannot send by ${plainLine(argv.at(-1) ?? "")}: it ${how}${said === "" ? "" : `: ${said}`}`,
      hint: "Try it with `looop notify test`",
      exit: EXIT.failed,
    });
  } finally {
    files.remove(stdin);
  }
}

function given(env: ChannelDeps["env"]): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}
