import { Buffer } from "node:buffer";
import { fstatSync, readFileSync, writeSync } from "node:fs";
import process from "node:process";
import { type Env, setting } from "../core/env.ts";
import { forTerminal } from "../core/text.ts";
import { errnoCode, systemError } from "../sys/errno.ts";

/** Answers go to stdout, everything else a person reads goes to stderr. */
export interface Output {
  /**
   * Writes one answer and a newline. Our colours pass, other control characters do not. Does nothing after the reader has
   * gone. Throws when the disk is full, or when stdout was closed from the start.
   */
  data(text: string): void;
  /** Writes bytes unchanged. */
  raw(bytes: Uint8Array): void;
  /** Writes a line for the person to stderr. */
  say(text: string): Promise<void>;
  warn(text: string): Promise<void>;
  /** Names a step that takes a moment; only when stderr is a terminal. */
  progress(text: string): Promise<void>;
  /** Reports that the step is done; only when stderr is a terminal. */
  success(text: string): Promise<void>;
  /** True when stdout's reader has gone: a long-running verb ends then. */
  closed(): boolean;
  /** True when answers may carry colour. */
  readonly colour: boolean;
  /** True when stdout is a terminal. */
  readonly isTerminal: boolean;
  /** Returns the columns of the terminal, 80 without a terminal. */
  width(): number;
}

/** Returns the output of this process. */
export function openOutput(env: Env): Output {
  let closed = false;
  let neverOpen: boolean | undefined;
  const put = (bytes: Uint8Array) => {
    neverOpen ??= wasClosed();
    if (neverOpen) throw systemError(Object.assign(new Error("EBADF"), { code: "EBADF" }), "write to", "stdout");
    if (!closed) closed = !writeWhole(1, bytes);
  };
  return {
    data: (text) => put(Buffer.from(`${forTerminal(text)}\n`)),
    raw: put,
    say: async (text) => (await talk()).log(forTerminal(text)),
    warn: async (text) => (await talk()).warn(forTerminal(text)),
    progress: async (text) => void (isTerminal(2) && (await talk()).start(forTerminal(text))),
    success: async (text) => void (isTerminal(2) && (await talk()).success(forTerminal(text))),
    closed: () => closed,
    get colour() {
      return wantsColour(env);
    },
    get isTerminal() {
      return isTerminal(1);
    },
    width: () => process.stdout.columns || 80,
  };
}

/** Writes one line to stderr without loading anything: errors must be quick and always work. */
export function complain(text: string): void {
  writeWhole(2, Buffer.from(`${forTerminal(text)}\n`));
}

/** Asks the descriptor first: reading `process.stdout` alone doubles the start-up time of a short verb. */
function isTerminal(fd: 1 | 2): boolean {
  try {
    return fstatSync(fd).isCharacterDevice() && (fd === 1 ? process.stdout : process.stderr).isTTY === true;
  } catch {
    return false; // closed before we began
  }
}

/** On Linux, the device number of /dev/null (1, 3) and the close-on-exec mark, which no inherited descriptor has. */
const NULL_DEVICE = 0x103;
const O_CLOEXEC = 0o2000000;

/**
 * True when the program was started without a stdout. Bun then opens /dev/null with close-on-exec, which would swallow
 * every answer. Deno does not set that mark, and without /proc nothing shows it: answers are lost there.
 */
function wasClosed(): boolean {
  try {
    if (fstatSync(1).rdev !== NULL_DEVICE) return false;
    const flags = /^flags:\s*(\d+)/m.exec(readFileSync("/proc/self/fdinfo/1", "utf8"))?.[1] ?? "0";
    return (Number.parseInt(flags, 8) & O_CLOEXEC) !== 0;
  } catch {
    return false; // the write will tell
  }
}

function wantsColour(env: Env): boolean {
  const forced = setting(env, "LOOOP_COLOR");
  if (forced === "1" || forced === "0") return forced === "1";
  return isTerminal(1) && env["NO_COLOR"] === undefined && env["TERM"] !== "dumb";
}

/** The beginning of each kind of line. There is no colour, so `NO_COLOR` and log files need no care. */
const PREFIXES: Readonly<Record<string, string>> = { warn: "looop: warning: ", start: "◐ ", success: "✔ " };

/** Loads consola (6 ms, 10 MB) at the first line for the person. Its own reporters would put [log] in front. */
async function talk() {
  const { createConsola } = await import("consola/basic");
  const log = ({ type, args }: { type: string; args: readonly unknown[] }) =>
    complain(`${PREFIXES[type] ?? ""}${args.join(" ")}`);
  return createConsola({ reporters: [{ log }] });
}

/** The errors that mean a stream has no reader. EIO: the terminal is gone. EBADF: there was no stderr. */
const GONE: Readonly<Record<1 | 2, readonly string[]>> = { 1: ["EPIPE", "EIO"], 2: ["EPIPE", "EIO", "EBADF"] };

/** Writes everything, also to a pipe that is full for now. False when the reader has gone. */
function writeWhole(fd: 1 | 2, bytes: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      const code = errnoCode(error) ?? "";
      if (GONE[fd].includes(code)) return false;
      if (code !== "EAGAIN") throw systemError(error, "write to", fd === 1 ? "stdout" : "stderr");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  return true;
}
