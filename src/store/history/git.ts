/**
 * Starts git so that it obeys us alone: no config of the system's or of the person's, no variable from outside that
 * names a repository, no hook, no question, no network.
 */
import { Buffer } from "node:buffer";
import { isAbsolute } from "node:path";
import { type Env, setting } from "../../core/env.ts";
import { plainLine, utf8 } from "../../core/text.ts";
import type { Proc } from "../../sys/sys.ts";

export interface GitTools {
  readonly proc: Proc;
  readonly env: Env;
  /** The git folder; git starts in it, and takes it for HOME. */
  readonly folder: string;
}

export interface GitCommand {
  readonly argv: readonly string[];
  readonly env?: Env;
  /** Path of a file to read from. */
  readonly stdin?: string;
  readonly timeoutMs: number;
}

/** What a git that ended in time printed. */
export interface GitEnded {
  readonly code: number;
  readonly stdout: Uint8Array;
  /** What went wrong, on one line; "" when nothing was said. */
  readonly said: string;
}

const OUTPUT_MAX_BYTES = 33_554_432;

/** The git that is on PATH. Folders of PATH that depend on where we are could be a stranger's. */
export function gitProgram(proc: Proc, env: Env, cwd: string): string | undefined {
  const path = (setting(env, "PATH") ?? "").split(":").filter(isAbsolute).join(":");
  return proc.which("git", path, cwd);
}

/** Runs git to its end. Returns how that was, or in words why it came to none. */
export async function runGit(tools: GitTools, command: GitCommand): Promise<GitEnded | string> {
  const chunks: Record<"stdout" | "stderr", Uint8Array[]> = { stdout: [], stderr: [] };
  let printed = 0;
  const ended = await tools.proc.run({
    argv: command.argv,
    cwd: tools.folder,
    env: { ...quietEnv(tools), ...command.env },
    timeoutMs: command.timeoutMs,
    ...(command.stdin === undefined ? {} : { stdin: command.stdin }),
    onOutput: (bytes, from) => {
      printed += bytes.length;
      if (printed <= OUTPUT_MAX_BYTES) chunks[from].push(bytes.slice());
    },
  });
  if (ended.timedOut) return `git took longer than ${command.timeoutMs / 1_000} s`;
  if (printed > OUTPUT_MAX_BYTES) return "git has too much to say about it";
  if (ended.code === undefined) return `git ended with ${ended.signal}`;
  return {
    code: ended.code,
    stdout: Buffer.concat(chunks.stdout),
    said: plainLine(utf8(Buffer.concat(chunks.stderr))),
  };
}

/** The whole environment: nothing else of ours reaches git, so no GIT_ variable does. */
function quietEnv({ env, folder }: GitTools): Record<string, string> {
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
