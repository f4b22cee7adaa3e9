/** The end-to-end verb: runs the program as a person would and checks its exit code and both streams. */
import { expect, onTestFinished } from "bun:test";
import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { type Profile, profileToRemove } from "./profile.ts";
import { PROGRAM } from "./program.ts";
import { LIMIT_MS, type Outcome, run, type Surroundings } from "./run.ts";

/** The expected content of a stream: the whole text, or a match. */
export type Stream = string | RegExp;

/** Matches any content of a stream. */
export const ANYTHING = /^/;

export interface Input {
  /** The HOME and data folder; by default an empty profile that is removed afterwards. */
  readonly profile?: Profile;
  /** Added to the profile's environment; undefined takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The current folder; the profile's HOME by default. */
  readonly cwd?: string;
  /** Its input; empty by default. */
  readonly stdin?: string | Uint8Array;
}

export interface Expected {
  /** 0 unless named. */
  readonly exit?: number | string;
  /** Empty unless named. */
  readonly stdout?: Stream;
  /** Empty unless named. */
  readonly stderr?: Stream;
}

/** A program that runs while the test does other things. */
export interface Running {
  readonly pid: number;
  /** Returns what it has printed so far. */
  output(): Omit<Outcome, "exit">;
  signal(name: NodeJS.Signals): void;
  /** Closes its output: its next write finds a closed pipe. */
  closeOutput(): void;
  /** Waits for its end, and checks it. */
  ended(expected?: Expected): Promise<Outcome>;
}

/** Runs `looop ...args` to its end and checks how it ended; a stream that is not named must be empty. */
export function looop(args: readonly string[], options: Input & Expected = {}): Outcome {
  const profile = options.profile ?? profileToRemove();
  try {
    return checked(args, options, run([...PROGRAM, ...args], surroundings(profile, options)));
  } finally {
    if (options.profile === undefined) profile.remove();
  }
}

/** Runs `looop ...args` as {@linkcode looop} does, without blocking what else the test runs. */
export async function looopAsync(args: readonly string[], options: Input & Expected = {}): Promise<Outcome> {
  const profile = options.profile ?? profileToRemove();
  try {
    return await launch(args, { ...options, profile }).ended(options);
  } finally {
    if (options.profile === undefined) profile.remove();
  }
}

/** Starts `looop ...args` in a group of its own, which the end of the test ends. */
export function start(args: readonly string[], options: Input & { readonly profile: Profile }): Running {
  const running = launch(args, options);
  onTestFinished(() => endGroup(running.pid));
  return running;
}

function launch(args: readonly string[], options: Input & { readonly profile: Profile }): Running {
  const [command = "", ...rest] = [...PROGRAM, ...args];
  const { env, cwd, stdin } = surroundings(options.profile, options);
  const child = spawn(command, rest, { env: { ...env }, cwd, stdio: "pipe", detached: true });
  if (child.pid === undefined) throw new Error(`Cannot start ${command}: no such program`);
  const pid = child.pid;
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const closed = ending(child, args);
  // A program may end without reading its input.
  child.stdin.on("error", () => {});
  child.stdin.end(stdin);
  return {
    pid,
    output: () => ({ stdout: stdout(), stderr: stderr() }),
    signal: (name) => void process.kill(pid, name),
    closeOutput: () => void child.stdout.destroy(),
    ended: async (expected = {}) => checked(args, expected, { exit: await closed, stdout: stdout(), stderr: stderr() }),
  };
}

function ending(child: ChildProcess, args: readonly string[]): Promise<number | string> {
  const ended = new Promise<number | string>((resolve, reject) => {
    const limit = setTimeout(() => {
      endGroup(child.pid ?? 0);
      reject(new Error(`Waited ${LIMIT_MS} ms for looop ${args.join(" ")} to end`));
    }, LIMIT_MS);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(limit);
      resolve(code ?? signal ?? "unknown");
    });
  });
  // A rejection is no bug when no caller waits for the end.
  ended.catch(() => {});
  return ended;
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString("utf8");
}

function endGroup(pid: number): void {
  try {
    if (pid > 1) process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function surroundings(profile: Profile, { env = {}, cwd, stdin = "" }: Input): Surroundings {
  const all: Record<string, string | undefined> = { ...profile.env, ...env };
  const set = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { env: Object.fromEntries(set), cwd: cwd ?? profile.home, stdin };
}

function checked(args: readonly string[], { exit = 0, stdout = "", stderr = "" }: Expected, got: Outcome): Outcome {
  const want = (stream: Stream) => (typeof stream === "string" ? stream : expect.stringMatching(stream));
  expect({ looop: args, ...got }).toEqual({ looop: args, exit, stdout: want(stdout), stderr: want(stderr) });
  return got;
}
