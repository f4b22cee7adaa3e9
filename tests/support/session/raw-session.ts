/**
 * A session as another program sees it: the hidden verb, files, and bytes on a socket. Nothing of src/ is used here, so
 * what these tests prove holds for clients that looop did not write.
 */
import { onTestFinished } from "bun:test";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import process from "node:process";
import type { Profile } from "../program/profile.ts";
import { PROGRAM } from "../program/program.ts";
import { waitFor } from "../program/wait-for.ts";

export interface RawSession {
  readonly id: string;
  readonly folder: string;
  readonly supervisor: ChildProcess;
  /** Both paths where it may listen. */
  readonly sockets: { readonly near: string; readonly far: string };
  /** Returns what the supervisor printed on stdout: one line. */
  said(): string;
  // The files hold what any program may have written.
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at single members of them.
  json(name: "meta.json" | "status.json"): any;
  log(): Buffer;
}

export interface RawOptions {
  readonly id?: string;
  readonly size?: string;
  readonly cwd?: string;
  readonly logMax?: number;
  readonly data?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Its stdin, in place of the launch spec for `argv`. */
  readonly stdin?: string;
  /** Wraps the command line, for example in unshare(1). */
  readonly under?: (argv: string[]) => string[];
}

/** Starts a supervisor of `argv` as the program itself does; the end of the test ends it. */
export function superviseRaw(profile: Profile, argv: readonly string[], options: RawOptions = {}): RawSession {
  const { id = "looop-raw", size = "80x24", cwd = profile.home, logMax = 1_000_000_000, data = profile.data } = options;
  const whole = [...PROGRAM, "__supervise", "--id", id, "--root", data];
  const [cols, rows] = size.split("x").map(Number);
  const [program = "", ...args] = options.under?.(whole) ?? whole;
  const env = { ...profile.env, TERM: "xterm-256color", ...options.env };
  const supervisor = spawn(program, args, {
    env,
    cwd: profile.home,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  supervisor.stdin?.on("error", () => {}); // one that refused its id is gone; its exit code tells
  supervisor.stdin?.end(
    options.stdin ?? JSON.stringify({ v: 1, argv, cwd, size: { cols, rows }, logMaxBytes: logMax }),
  );
  const output: Buffer[] = [];
  supervisor.stdout?.on("data", (bytes: Buffer) => output.push(bytes));
  supervisor.stderr?.on("data", (bytes: Buffer) => output.push(bytes));
  const folder = join(data, "sessions", id);
  const session: RawSession = {
    id,
    folder,
    supervisor,
    sockets: {
      near: join(folder, "control.sock"),
      far: join(profile.home, ".babysit-sockets", fnv(data), fnv(id)),
    },
    said: () => Buffer.concat(output).toString(),
    json: (name) => JSON.parse(readFileSync(join(folder, name), "utf8")),
    log: () => readFileSync(join(folder, "output.log")),
  };
  onTestFinished(() => endAll(session));
  return session;
}

/** Starts a supervisor, and returns once its program runs. */
export async function sessionRaw(profile: Profile, argv: readonly string[], options: RawOptions = {}) {
  const session = superviseRaw(profile, argv, options);
  const line = await waitFor("the supervisor's line", () => session.said().includes("\n") && session.said());
  if (!line.startsWith('{"ok":true')) throw new Error(`Cannot start the session: ${line}`);
  return session;
}

function endAll(session: RawSession): void {
  const statusFile = join(session.folder, "status.json");
  const child = existsSync(statusFile) ? session.json("status.json").child?.pid : undefined;
  for (const group of [session.supervisor.pid, child]) {
    try {
      if (typeof group === "number" && group > 1) process.kill(-group, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

/** Returns FNV-1a, 64 bits, over the bytes of `text`. */
export function fnv(text: string): string {
  let hash = 14_695_981_039_346_656_037n;
  for (const byte of Buffer.from(text)) hash = ((hash ^ BigInt(byte)) * 1_099_511_628_211n) % 2n ** 64n;
  return hash.toString(16).padStart(16, "0");
}

/** A connection that keeps every byte it gets. */
export interface RawClient {
  readonly socket: Socket;
  write(bytes: string | Uint8Array): void;
  received(): Buffer;
  /** Returns the complete frames so far. */
  frames(): { tag: number; payload: Buffer }[];
  /** Returns the payloads of all output frames. */
  output(): Buffer;
  isClosed(): boolean;
}

export async function dial(path: string): Promise<RawClient> {
  const socket = connect({ path, allowHalfOpen: true });
  await new Promise<void>((done, fail) => {
    socket.once("connect", () => done());
    socket.once("error", fail);
  });
  const pieces: Buffer[] = [];
  let isClosed = false;
  socket.on("data", (bytes) => pieces.push(Buffer.from(bytes)));
  socket.on("end", () => {
    isClosed = true;
    socket.end();
  });
  socket.on("close", () => {
    isClosed = true;
  });
  socket.on("error", () => {});
  onTestFinished(() => void socket.destroy());
  const received = () => Buffer.concat(pieces);
  const frames = () => framesOf(received());
  return {
    socket,
    write: (bytes) => void socket.write(bytes),
    received,
    frames,
    output: () => Buffer.concat(frames().flatMap(({ tag, payload }) => (tag === 1 ? [payload] : []))),
    isClosed: () => isClosed,
  };
}

function framesOf(bytes: Buffer): { tag: number; payload: Buffer }[] {
  const frames = [];
  for (let at = 0; at + 5 <= bytes.length; ) {
    const end = at + 5 + bytes.readUInt32BE(at + 1);
    if (end > bytes.length) break;
    frames.push({ tag: bytes.readUInt8(at), payload: bytes.subarray(at + 5, end) });
    at = end;
  }
  return frames;
}

/** Sends one request line, and returns the whole answer, parsed. */
// biome-ignore lint/suspicious/noExplicitAny: an answer's data has a shape of its own per request.
export async function request(path: string, line: string | object): Promise<any> {
  const client = await dial(path);
  client.write(`${typeof line === "string" ? line : JSON.stringify(line)}\n`);
  await waitFor(`the answer to ${typeof line === "string" ? line : JSON.stringify(line)}`, client.isClosed);
  const text = client.received().toString();
  return text === "" ? undefined : JSON.parse(text);
}

/** Sends the hello of an attach; frames follow. */
export async function attach(path: string, cols: number, rows: number): Promise<RawClient> {
  const client = await dial(path);
  client.write(`{"op":"attach","cols":${cols},"rows":${rows}}\n`);
  return client;
}

/** Returns the bytes of a frame to the supervisor. */
export function frame(tag: number, payload: Uint8Array | string): Buffer {
  const body = Buffer.from(payload);
  const header = Buffer.alloc(5);
  header.writeUInt8(tag);
  header.writeUInt32BE(body.length, 1);
  return Buffer.concat([header, body]);
}
