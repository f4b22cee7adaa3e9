import process from "node:process";
import type { Env } from "../core/env.ts";
import type { Day } from "../core/money/call.ts";
import type { Questions } from "../core/setup/interview.ts";
import { type Paths, resolvePaths } from "../store/paths.ts";
import { clock } from "../sys/clock.ts";
import { readEnv } from "../sys/env.ts";
import { files } from "../sys/files.ts";
import { ownFolders } from "../sys/own-folders.ts";
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
import type { ReportedDay } from "./day-of-caps.ts";
import { type Output, openOutput } from "./output.ts";

/** The adapters that a command may use. Costly ones are functions, which a command calls when it needs them. */
export interface App {
  readonly env: Env;
  readonly cwd: string;
  readonly clock: Clock;
  readonly files: Files;
  readonly output: Output;
  /** Returns all of stdin as text, up to 16 MiB. */
  input(): string;
  /** Waits for the next bytes of stdin, without a limit. Returns no bytes at its end. */
  inputPart(): Uint8Array;
  /** Throws (exit 3) when HOME is needed and unset. */
  paths(): Paths;
  readonly processes: Processes;
  proc(): Promise<Proc>;
  detach(): Promise<Detach>;
  locks(): Promise<Locks>;
  sha256(): Promise<Sha256>;
  /** Reads stdin piece by piece. */
  stdin(): Promise<Input>;
  /** Returns the day that the caps apply to, and its time zone once one is on record. Writes nothing. */
  today(): Promise<ReportedDay>;
  /** Returns the same day, and puts it on record. */
  recordToday(): Promise<Day>;
  terminal(): Promise<Terminal>;
  /** True when stdin or stdout is a terminal: a person may be there. */
  atTerminal(): boolean;
  /** Returns a reader for a line already typed into the terminal on stdin; see {@linkcode TypedLine}. */
  typedLine(): Promise<TypedLine>;
  /** Asks the person at the terminal. The caller closes it. */
  questions(): Promise<Questions>;
  watchFolder(): Promise<WatchFolder>;
  /** Returns a check that is true when stdout's reader has gone. It writes nothing. */
  readerGone(): Promise<() => boolean>;
  /** Returns the words that start this program again. */
  self(): Promise<readonly string[]>;
}

/** Returns the real adapters. The only place that chooses them. */
export function openApp(): App {
  const env = readEnv();
  let known: Paths | undefined;
  const paths = () => {
    known ??= resolvePaths(env, process.cwd());
    return known;
  };
  const ownFiles = ownFolders(files, () => known?.data);
  const dayDeps = { clock, files: ownFiles, paths };
  return {
    env,
    get cwd() {
      return process.cwd();
    },
    clock,
    files: ownFiles,
    output: openOutput(env),
    processes,
    input: () => readStdin(16_777_216),
    inputPart: () => readStdinPart(),
    paths,
    proc: async () => (await import("../sys/process/proc.ts")).proc,
    detach: async () => (await import("../sys/process/detach.ts")).detach,
    locks: async () => (await import("../sys/ffi/flock.ts")).openLocks(),
    sha256: async () => (await import("../sys/ffi/hash.ts")).sha256,
    stdin: async () => (await import("../sys/input.ts")).stdin,
    today: async () => (await import("./day-of-caps.ts")).readToday(dayDeps),
    recordToday: async () => (await import("./day-of-caps.ts")).recordToday(dayDeps),
    readerGone: async () => (await import("../sys/terminal/reader-gone.ts")).openReaderGone(),
    questions: async () => (await import("../sys/terminal/questions.ts")).openQuestions(),
    watchFolder: async () => (await import("../sys/watch-folder.ts")).watchFolder,
    terminal: async () => (await import("../sys/terminal/terminal.ts")).openTerminal(),
    atTerminal: () => {
      // Loaded only here, because it takes 2 MB.
      const { isatty } = process.getBuiltinModule("node:tty");
      return isatty(0) || isatty(1);
    },
    typedLine: async () => (await import("../sys/terminal/typed-line.ts")).typedLine,
    self: async () => (await import("../sys/process/self.ts")).selfCommand(),
  };
}
