/**
 * Runs git in isolation: without the system's or the person's config, inherited GIT_ variables, hooks, prompts or
 * network access.
 */
import { Buffer } from "node:buffer";
import { isAbsolute } from "node:path";
import { type Env, setting } from "../../core/env.ts";
import { plainLine, utf8 } from "../../core/text.ts";
import type { Proc } from "../../sys/sys.ts";

export interface GitDeps {
  readonly proc: Proc;
  readonly env: Env;
  /** The git folder. It is also git's working directory and HOME. */
  readonly folder: string;
}

export interface GitCommand {
  readonly argv: readonly string[];
  readonly env?: Env;
  /** Path of the file that becomes git's stdin. */
  readonly stdin?: string;
  readonly timeoutMs: number;
}

/** The output of a git that ended in time. */
export interface GitResult {
  readonly code: number;
  readonly stdout: Uint8Array;
  /** Its stderr on one line; "" when it printed nothing there. */
  readonly errorText: string;
}

const OUTPUT_MAX_BYTES = 33_554_432;

/** Returns the git on PATH. Ignores relative folders of PATH, which could contain somebody else's program. */
export function gitProgram(proc: Proc, env: Env, cwd: string): string | undefined {
  const path = (setting(env, "PATH") ?? "").split(":").filter(isAbsolute).join(":");
  return proc.which("git", path, cwd);
}

/** Runs git and returns its result, or a sentence saying why there is no result. */
export async function runGit(deps: GitDeps, command: GitCommand): Promise<GitResult | string> {
  const chunks: Record<"stdout" | "stderr", Uint8Array[]> = { stdout: [], stderr: [] };
  let printed = 0;
  const ended = await deps.proc.run({
    argv: command.argv,
    cwd: deps.folder,
    env: { ...isolatedEnv(deps), ...command.env },
    timeoutMs: command.timeoutMs,
    ...(command.stdin === undefined ? {} : { stdin: command.stdin }),
    onOutput: (bytes, from) => {
      printed += bytes.length;
      if (printed <= OUTPUT_MAX_BYTES) chunks[from].push(bytes.slice());
    },
  });
  if (ended.timedOut) return `git took longer than ${command.timeoutMs / 1_000} s`;
  if (printed > OUTPUT_MAX_BYTES) return `git printed more than ${OUTPUT_MAX_BYTES} bytes`;
  if (ended.code === undefined) return `git ended with ${ended.signal}`;
  return {
    code: ended.code,
    stdout: Buffer.concat(chunks.stdout),
    errorText: plainLine(utf8(Buffer.concat(chunks.stderr))),
  };
}

/** Returns git's whole environment. Nothing is inherited but PATH, so no GIT_ variable of the person's reaches git. */
function isolatedEnv({ env, folder }: GitDeps): Record<string, string> {
  return {
    PATH: setting(env, "PATH") ?? "",
    LC_ALL: "C",
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    GIT_DIR: folder,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_NO_LAZY_FETCH: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
  };
}
