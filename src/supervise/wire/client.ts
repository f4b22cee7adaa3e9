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

/** How often, and how far apart in milliseconds, a session that has just begun is tried. */
const TRIES = 25;
const TRY_MS = 40;

/** How long an answer may take, in milliseconds: an end is confirmed within 7 s. */
const ANSWER_MS = 10_000;

/** Longest answer, in bytes: the largest is a transcript of 8 MiB, of which JSON may write a byte as six. */
const ANSWER_BYTES = 64 * 1_048_576;

/** A request line, with its operation. Which ones there are: {@linkcode parseRequest}, and other programs' own. */
export type ClientRequest = { readonly op: string } & Readonly<Record<string, unknown>>;

/** What a supervisor answered; an answer of the wrong shape is an empty one. */
export type ClientReply = Readonly<Record<string, unknown>>;

/** Asks a session's supervisor, and returns its answer's data; throws with its reason, or why it cannot be asked. */
export async function ask(edge: ClientDeps, id: string, request: ClientRequest): Promise<ClientReply> {
  const connection = await reach(edge, id);
  const line = await exchange(edge.clock, connection, `${JSON.stringify(request)}\n`);
  const answer = parseAnswer(line);
  if (answer.ok) return answer.data;
  throw new LooopError({
    message: `Cannot ${request.op} session ${id}: ${answer.error}`,
    hint: `Look at it with \`looop ls\` and \`looop log ${id}\``,
    exit: answer.error.startsWith("held: ") ? EXIT.held : EXIT.failed,
  });
}

/** The text is typed as it is; `newline` adds a line feed. Returns how many bytes were taken. */
export async function send(edge: ClientDeps, id: string, text: string, newline = true): Promise<number> {
  return Number((await ask(edge, id, { op: "send", text, newline }))["sent"] ?? 0);
}

/** Asks for the end; see `kill.ts` for what follows. True when the supervisor confirms that nothing is left. */
export async function askKill(edge: ClientDeps, id: string, by: KillBy): Promise<boolean> {
  return (await ask(edge, id, { op: "kill", by }))["confirmed"] === true;
}

/** What an attach would show, for an emulator: bytes and the size they were written for. Ours only. */
export async function replay(edge: ClientDeps, id: string) {
  const { bytes, cols, rows } = await ask(edge, id, { op: "replay" });
  return {
    bytes: Uint8Array.from(Buffer.from(String(bytes ?? ""), "base64")),
    size: { cols: Number(cols) || 80, rows: Number(rows) || 24 },
  };
}

/**
 * Connects to a session's supervisor on either of its sockets. One that has just begun may not listen yet, so this
 * tries for a second, unless the record says that nobody will answer.
 */
export async function reach(edge: ClientDeps, id: string): Promise<Connection> {
  const { primarySocket: nearSocket, shortSocket: farSocket } = pathsOf(edge.store, id);
  for (let left = TRIES; ; left--) {
    for (const path of [farSocket, nearSocket]) {
      const connection = await edge.sockets.connect(path).catch(() => undefined);
      if (connection !== undefined) return connection;
    }
    const session = readSession(edge.store, id);
    if (session === undefined || !session.isAlive || left <= 1) throw unreachable(id, session?.standing);
    await edge.clock.sleep(TRY_MS);
  }
}

function unreachable(id: string, standing: string | undefined): LooopError {
  if (standing === undefined) {
    return new LooopError({
      message: `Cannot reach session ${id}: no such session`,
      hint: "Run `looop ls` to see the sessions",
      exit: EXIT.notFound,
    });
  }
  const isOver = standing === "exited" || standing === "killed";
  return new LooopError({
    message: `Cannot reach session ${id}: ${isOver ? "it has finished" : "its supervisor does not answer"}`,
    hint: `Read it with \`looop log ${id}\``,
    exit: EXIT.failed,
  });
}

/** Sends one line and reads the other end's to its close; "" when that takes too long, or is longer than any answer. */
async function exchange(clock: Clock, connection: Connection, line: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  const stop = new AbortController();
  let room = ANSWER_BYTES;
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
  const isAnswered = await Promise.race([closed, clock.sleep(ANSWER_MS, stop.signal).then(() => false)]);
  stop.abort();
  connection.destroy();
  return isAnswered && room >= 0 ? utf8(concat(pieces)) : "";
}

function parseAnswer(line: string): { ok: true; data: ClientReply } | { ok: false; error: string } {
  if (line === "") return { ok: false, error: "its supervisor closed without an answer" };
  const answer = parseJson(line);
  const { ok, data, error } = isRecord(answer) ? answer : {};
  if (ok === true) return { ok, data: isRecord(data) ? data : {} };
  return { ok: false, error: typeof error === "string" ? plainLine(error) : "its answer cannot be read" };
}
