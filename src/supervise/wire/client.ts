import { concat } from "../../core/bytes.ts";
import { EXIT, LooopError } from "../../core/error.ts";
import { isRecord, parseJson } from "../../core/json.ts";
import type { KillBy } from "../../core/session/request.ts";
import { bytesOf, plainLine, utf8 } from "../../core/text.ts";
import { pathsOf, type SessionStore } from "../../store/session/session-paths.ts";
import { readSession } from "../../store/session/sessions.ts";
import type { Clock, Connection, Sockets } from "../../sys/sys.ts";

export interface ClientDeps {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly sockets: Sockets;
}

/** The number of tries to connect to a session that may not listen yet, and the time between them, in milliseconds. */
const TRIES = 25;
const RETRY_MS = 40;

/** The most time that a reply may take, in milliseconds: an end is confirmed within 7 s. */
const REPLY_TIMEOUT_MS = 10_000;

/** The longest reply, in bytes: a transcript of 8 MiB, of which JSON may write one byte as six. */
const REPLY_BYTES = 64 * 1_048_576;

/** A request with its operation: one of {@linkcode parseRequest}, or one that only another program's supervisor knows. */
export type ClientRequest = { readonly op: string } & Readonly<Record<string, unknown>>;

/** The data of a supervisor's reply; empty when the reply has another shape. */
export type ClientReply = Readonly<Record<string, unknown>>;

/** Sends a request to a supervisor and returns the data of its reply. Throws when it refuses or cannot be reached. */
export async function ask(
  deps: ClientDeps,
  id: string,
  request: ClientRequest,
  timeoutMs = REPLY_TIMEOUT_MS,
): Promise<ClientReply> {
  const connection = await reach(deps, id);
  const line = await exchange(deps.clock, connection, `${JSON.stringify(request)}\n`, timeoutMs);
  const reply = parseReply(line);
  if (reply.ok) return reply.data;
  throw new LooopError({
    message: `Cannot ${request.op} session ${id}: ${reply.error}`,
    hint: `Look at it with \`looop ls\` and \`looop log ${id}\``,
    exit: reply.error.startsWith("held: ") ? EXIT.held : EXIT.failed,
  });
}

/** Sends text as input; `newline` adds a line feed. Returns how many bytes the session took. */
export async function send(deps: ClientDeps, id: string, text: string, newline = true): Promise<number> {
  return Number((await ask(deps, id, { op: "send", text, newline }))["sent"] ?? 0);
}

/** Requests a kill. Returns true when the supervisor confirms that no process of the session is left. */
export async function askKill(deps: ClientDeps, id: string, by: KillBy): Promise<boolean> {
  return (await ask(deps, id, { op: "kill", by }))["confirmed"] === true;
}

/** Returns what an attach would show, for an emulator: bytes, and the size they were written for. Only ours answer it. */
export async function replay(deps: ClientDeps, id: string) {
  const { bytes, cols, rows } = await ask(deps, id, { op: "replay" });
  return {
    bytes: Uint8Array.from(Buffer.from(String(bytes ?? ""), "base64")),
    size: { cols: Number(cols) || 80, rows: Number(rows) || 24 },
  };
}

/**
 * Connects to a session's supervisor on one of its two sockets. A new session may not listen yet, so this tries for a
 * second, unless the record says that the session is over. Throws (exit 1 or 4) when it cannot be reached.
 */
export async function reach(deps: ClientDeps, id: string): Promise<Connection> {
  const { primarySocket, shortSocket } = pathsOf(deps.store, id);
  for (let left = TRIES; ; left--) {
    for (const path of [shortSocket, primarySocket]) {
      const connection = await deps.sockets.connect(path).catch(() => undefined);
      if (connection !== undefined) return connection;
    }
    const session = readSession(deps.store, id);
    if (session === undefined || !session.isAlive || left <= 1) throw unreachable(id, session?.state);
    await deps.clock.sleep(RETRY_MS);
  }
}

function unreachable(id: string, state: string | undefined): LooopError {
  if (state === undefined) {
    return new LooopError({
      message: `Cannot reach session ${id}: no such session`,
      hint: "Run `looop ls` to see the sessions",
      exit: EXIT.notFound,
    });
  }
  const isOver = state === "exited" || state === "killed";
  return new LooopError({
    message: `Cannot reach session ${id}: ${isOver ? "it has finished" : "its supervisor does not answer"}`,
    hint: `Read it with \`looop log ${id}\``,
    exit: EXIT.failed,
  });
}

/** Sends one line and reads the reply until the other end closes; returns "" when the reply is too slow or too long. */
async function exchange(clock: Clock, connection: Connection, line: string, timeoutMs: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  const stop = new AbortController();
  let room = REPLY_BYTES;
  const closed = new Promise<boolean>((done) => {
    connection.on({
      onData: (bytes) => {
        room -= bytes.length;
        if (room < 0) connection.destroy();
        else pieces.push(bytes.slice());
      },
      onEnd: () => connection.end(),
      onClose: () => done(true),
    });
  });
  connection.write(bytesOf(line));
  const isClosed = await Promise.race([closed, clock.sleep(timeoutMs, stop.signal).then(() => false)]);
  stop.abort();
  connection.destroy();
  return isClosed && room >= 0 ? utf8(concat(pieces)) : "";
}

function parseReply(line: string): { ok: true; data: ClientReply } | { ok: false; error: string } {
  if (line === "") return { ok: false, error: "its supervisor closed the connection without a reply" };
  const reply = parseJson(line);
  const { ok, data, error } = isRecord(reply) ? reply : {};
  if (ok === true) return { ok, data: isRecord(data) ? data : {} };
  return { ok: false, error: typeof error === "string" ? plainLine(error) : "its reply cannot be read" };
}
