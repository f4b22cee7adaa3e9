import { isAbsolute, resolve } from "node:path";
import process from "node:process";
import { type Env, setting } from "../core/env.ts";
import { EXIT, LooopError } from "../core/error.ts";
import type { Day } from "../core/money/call.ts";
import type { Questions } from "../core/setup/interview.ts";
import { type Paths, resolvePaths } from "../store/paths.ts";
import { clock } from "../sys/clock.ts";
import { currentFolder } from "../sys/current-folder.ts";
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
  /** The current folder; `/` when it was deleted. */
  readonly cwd: string;
  /** Returns a typed path as an absolute one. Throws (exit 3) for a relative one when the current folder was deleted. */
  absolute(path: string): string;
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

/** Returns a typed path as an absolute one. Throws (exit 3) for a relative one when the current folder was deleted. */
function absolute(path: string): string {
  const folder = currentFolder();
  if (folder !== undefined || isAbsolute(path)) return resolve(folder ?? "/", path);
  throw new LooopError({
    message: `Cannot find ${path}: the current folder was deleted`,
    hint: "Go to another folder with cd, or give the whole path",
    exit: EXIT.setup,
  });
}

/** Returns `/` in place of a current folder that was deleted, once no setting starts there. */
function requireAbsolute(env: Env): string {
  for (const name of FOLDER_SETTINGS) absolute(setting(env, name) ?? "/");
  return "/";
}

/** Settings with a path that may be relative. */
const FOLDER_SETTINGS = ["LOOOP_DATA_DIR", "LOOOP_CONFIG", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "HOME"];

/** Returns the real adapters. The only place that chooses them. */
export function openApp(): App {
  const env = readEnv();
  let known: Paths | undefined;
  const paths = () => {
    known ??= resolvePaths(env, currentFolder() ?? requireAbsolute(env));
    return known;
  };
  const ownFiles = ownFolders(files, () => known?.data);
  const dayDeps = { clock, files: ownFiles, paths };
  return {
    env,
    cwd: currentFolder() ?? "/",
    absolute,
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
