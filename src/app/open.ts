import process from "node:process";
import type { Env } from "../core/env.ts";
import type { Day } from "../core/money/call.ts";
import type { Questions } from "../core/setup/interview.ts";
import { type Paths, resolvePaths } from "../store/paths.ts";
import { clock } from "../sys/clock.ts";
import { readEnv } from "../sys/env.ts";
import { files } from "../sys/files.ts";
import { processes } from "../sys/process/identity.ts";

import { readStdin, readStdinPart } from "../sys/stdin.ts";
import type {
  Clock,
  Detach,
  Files,
  Input,
  Locks,
  Proc,
  Processes,
  Sha256,
  TypedLine,
  WatchFolder,
} from "../sys/sys.ts";
import type { Terminal } from "../sys/tty.ts";

import { type Output, openOutput } from "./output.ts";

/** What a command may touch. Costly things are functions that nothing calls before a command needs them. */
export interface App {
  readonly env: Env;
  readonly cwd: string;
  readonly clock: Clock;
  readonly files: Files;
  readonly output: Output;
  /** All of stdin as text, up to 16 MiB. */
  input(): string;
  /** What stdin holds next, waiting for it as long as it takes; nothing at its end. */
  inputPart(): Uint8Array;
  /** Throws (exit 3) when HOME is needed and unset. */
  paths(): Paths;
  readonly processes: Processes;
  proc(): Promise<Proc>;
  detach(): Promise<Detach>;
  locks(): Promise<Locks>;
  sha256(): Promise<Sha256>;
  /** What comes in on stdin, as it comes. */
  stdin(): Promise<Input>;
  /** The calendar day it is here. */
  today(): Promise<Day>;
  terminal(): Promise<Terminal>;
  /** Whether a person may be at the other end: stdin or stdout is a terminal. */
  atTerminal(): boolean;
  /** What reads a line that is waiting in the terminal on stdin; see {@linkcode TypedLine}. */
  typedLine(): Promise<TypedLine>;
  /** Asks the person at the terminal. The caller closes it. */
  questions(): Promise<Questions>;
  watchFolder(): Promise<WatchFolder>;
  /** Whether stdout's reader has gone, found out without writing. */
  readerGone(): Promise<() => boolean>;
  /** The words that start this program again. */
  self(): Promise<readonly string[]>;
}

/** The real thing: the one place where adapters are chosen. */
export function openApp(): App {
  const env = readEnv();
  let paths: Paths | undefined;
  return {
    env,
    get cwd() {
      return process.cwd();
    },
    clock,
    files,
    output: openOutput(env),
    processes,
    input: () => readStdin(16_777_216),
    inputPart: () => readStdinPart(),
    paths: () => {
      paths ??= resolvePaths(env, process.cwd());
      return paths;
    },
    proc: async () => (await import("../sys/process/proc.ts")).proc,
    detach: async () => (await import("../sys/process/detach.ts")).detach,
    locks: async () => (await import("../sys/ffi/flock.ts")).openLocks(),
    sha256: async () => (await import("../sys/ffi/hash.ts")).sha256,
    stdin: async () => (await import("../sys/input.ts")).stdin,
    today: async () => (await import("../sys/ffi/localtime.ts")).dayOf(clock.now()),
    readerGone: async () => (await import("../sys/terminal/reader-gone.ts")).openReaderGone(),
    questions: async () => (await import("../sys/terminal/questions.ts")).openQuestions(),
    watchFolder: async () => (await import("../sys/watch-folder.ts")).watchFolder,
    terminal: async () => (await import("../sys/terminal/terminal.ts")).openTerminal(),
    atTerminal: () => {
      // Loaded here only: it costs every short verb 2 MB.
      const { isatty } = process.getBuiltinModule("node:tty");
      return isatty(0) || isatty(1);
    },
    typedLine: async () => (await import("../sys/terminal/typed-line.ts")).typedLine,
    self: async () => (await import("../sys/process/self.ts")).selfCommand(),
  };
}
