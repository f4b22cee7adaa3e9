import { Buffer } from "node:buffer";
import { fstatSync, readFileSync, writeSync } from "node:fs";
import process from "node:process";
import { type Env, setting } from "../core/env.ts";
import { forTerminal } from "../core/text.ts";
import { errnoCode, systemError } from "../sys/errno.ts";

/** Answers go to stdout, talk to stderr. */
export interface Output {
  /** One answer, ended by a newline, without what a terminal would act on but our colours. After the reader has gone it does nothing. Throws when the disk is full, or stdout was closed from the start. */
  data(text: string): void;
  /** Bytes as they are: for those who asked for them. */
  raw(bytes: Uint8Array): void;
  /** Something to know while it works. */
  say(text: string): Promise<void>;
  warn(text: string): Promise<void>;
  /** Whether stdout's reader has gone: a long-running verb ends then. */
  closed(): boolean;
  /** Whether answers may carry colour. */
  readonly colour: boolean;
  /** Whether a person looks at stdout. */
  readonly isTerminal: boolean;
  /** Columns of the terminal, 80 when there is none. */
  width(): number;
}

/** Output on this process's streams. */
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
    closed: () => closed,
    get colour() {
      return wantsColour(env);
    },
    get isTerminal() {
      return isTerminal();
    },
    width: () => process.stdout.columns || 80,
  };
}

/** One line on stderr without loading anything: errors must be quick and always work. */
export function complain(text: string): void {
  writeWhole(2, Buffer.from(`${forTerminal(text)}\n`));
}

/** Touching `process.stdout` costs as much as the rest of a short verb, so a pipe or a file is told without it. */
function isTerminal(): boolean {
  try {
    return fstatSync(1).isCharacterDevice() && process.stdout.isTTY === true;
  } catch {
    return false; // closed before we began
  }
}

/** Linux's number of /dev/null (1, 3), and its mark of a descriptor that ends with exec: none that was inherited has it. */
const NULL_DEVICE = 0x103;
const O_CLOEXEC = 0o2000000;

/**
 * Whether we were started without a stdout. Bun puts /dev/null in its place, which would swallow every answer, but with
 * that mark. Deno's has none, and without /proc nobody tells: there answers go to nobody.
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
  return isTerminal() && env["NO_COLOR"] === undefined && env["TERM"] !== "dumb";
}

/** consola costs 6 ms and 10 MB, so it is loaded at the first word of talk. Its own reporters would put [log] in front. */
async function talk() {
  const { createConsola } = await import("consola/basic");
  const log = ({ type, args }: { type: string; args: readonly unknown[] }) =>
    complain(`${type === "warn" ? "looop: warning: " : ""}${args.join(" ")}`);
  return createConsola({ reporters: [{ log }] });
}

/** What says that nobody reads a stream any more; EIO: the terminal is gone. Without a stderr there is nobody to tell. */
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
