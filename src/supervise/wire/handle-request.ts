import type { Status } from "../../core/session/record.ts";
import { type FrozenBy, failure, type KillBy, type Request, success } from "../../core/session/request.ts";
import type { HookReport } from "../../core/session/waiting.ts";
import { bytesOf, plain, utf8 } from "../../core/text.ts";
import type { Size } from "../../sys/tty.ts";
import type { Ending } from "../freeze/end-processes.ts";
import type { Frozen } from "../freeze/freezer.ts";
import type { Format } from "../screen/screenshot.ts";
import type { Typist } from "../typing/typist.ts";

/** The most of a log that one reply holds, in bytes from its end. */
const LOG_BYTES = 8 * 1_048_576;

/** The session, as requests read and change it. The supervisor implements this. */
export interface SupervisedSession {
  readonly status: Status;
  readonly size: Size;
  /** Changes when the screen may have. */
  readonly screenSeq: number;
  readonly output: {
    readonly sizeBytes: number;
    /** Returns the end of the transcript, at most `maxBytes` of it. */
    readEnd(maxBytes: number): Uint8Array;
    /** Returns what brings a new client's terminal to the program's present state. */
    replay(): Uint8Array;
  };
  /** Gives input to the program and returns how many bytes were taken. */
  input(bytes: Uint8Array): number;
  readonly typist: Pick<Typist, "type" | "free">;
  readonly freezer: { readonly isFrozen: boolean };
  readonly clients: { detachAll(): void };
  resize(size: Size): void;
  /** Ends the program and starts it again; does nothing unless the program runs. */
  restart(): void;
  /** Ends the program and its group, and resolves when the record is final. All callers share one end. */
  kill(by: KillBy): Promise<Ending>;
  freeze(by: FrozenBy, reason: string): Promise<Frozen>;
  /** Returns how many processes were resumed, or why the program must stay frozen. */
  thaw(budgetUsd: number | undefined): Promise<number | string>;
  /** Checks the spend of a worker that has just reported some. */
  checkSpend(): void;
  /** Takes what a hook of its model CLI reports; undefined for a session that is no worker. */
  readonly waiting: { onHook(report: HookReport): void } | undefined;
  /** Returns a picture of the screen as JSON text. */
  draw(format: Format, trim: boolean): Promise<string>;
}

/** Carries out a request and returns its reply line. */
export async function handleRequest(
  session: SupervisedSession,
  request: Exclude<Request, { op: "attach" }>,
): Promise<string> {
  switch (request.op) {
    case "status":
      return success({ ...session.status, output_bytes: session.output.sizeBytes, screen_seq: session.screenSeq });
    case "log":
      return success({ text: logText(session, request) });
    case "screenshot":
      return screenshot(session, request);
    case "send":
      return send(session, request);
    case "type":
      return type(session, request);
    case "resize":
      session.resize({ cols: request.cols, rows: request.rows });
      return success({ cols: request.cols, rows: request.rows });
    case "restart":
      session.restart();
      return success({ restart: "queued" });
    case "kill":
      return kill(session, request);
    case "freeze":
      return success(await session.freeze(request.by, request.reason));
    case "thaw": {
      const resumed = await session.thaw(request.budget_usd);
      return typeof resumed === "string" ? failure(resumed) : success({ resumed });
    }
    case "spent":
      session.checkSpend();
      return success({ noted: true });
    case "hook":
      session.waiting?.onHook(request.report);
      return success({ noted: true });
    case "detach":
      session.clients.detachAll();
      return success({ detached: true });
    case "replay":
      return success({
        bytes: Buffer.from(session.output.replay()).toString("base64"),
        ...session.size,
        screen_seq: session.screenSeq,
      });
  }
}

function logText({ output }: SupervisedSession, { tail, raw }: Extract<Request, { op: "log" }>): string {
  const bytes = output.readEnd(LOG_BYTES);
  const text = raw ? utf8(bytes) : plain(utf8(bytes));
  return tail === null ? text : lastLines(text, tail);
}

/** Returns the last `count` lines. A newline at the very end does not start another line. */
export function lastLines(text: string, count: number): string {
  if (count === 0) return "";
  let at = text.endsWith("\n") ? text.length - 1 : text.length;
  for (let line = 0; line < count && at >= 0; line++) at = text.lastIndexOf("\n", at - 1);
  return at < 0 ? text : text.slice(at + 1);
}

async function send(session: SupervisedSession, { text, newline }: Extract<Request, { op: "send" }>): Promise<string> {
  await session.typist.free();
  const offset = session.output.sizeBytes;
  const bytes = bytesOf(newline ? `${text}\n` : text);
  const sent = session.input(bytes);
  if (sent === bytes.length) return success({ sent, offset });
  return failure(`only ${sent} of ${bytes.length} bytes were taken: the program does not read its input`);
}

async function type(
  session: SupervisedSession,
  { text, raw, keys }: Extract<Request, { op: "type" }>,
): Promise<string> {
  const offset = session.output.sizeBytes;
  const typed = await session.typist.type({ text, raw: Buffer.from(raw, "base64"), keys }, session.freezer.isFrozen);
  if (typed === "full") return failure("too much text waits to be typed already");
  if (typed === "over") return failure("it ended before it had read the text");
  return success({ ...typed, offset, frozen: session.freezer.isFrozen });
}

async function kill(session: SupervisedSession, { by }: Extract<Request, { op: "kill" }>): Promise<string> {
  const { isGone, signal } = await session.kill(by);
  const { exit_code, state } = session.status;
  if (!isGone) return failure("process group still exists after SIGKILL");
  return success({ confirmed: true, escalated: signal === "SIGKILL", exit_code, killed: true, state });
}

async function screenshot(
  session: SupervisedSession,
  request: Extract<Request, { op: "screenshot" }>,
): Promise<string> {
  try {
    const picture: unknown = JSON.parse(await session.draw(request.format, request.trim));
    if (typeof picture !== "object" || picture === null) return failure("the screen could not be drawn");
    return success({ ...picture, screen_seq: session.screenSeq });
  } catch (error) {
    return failure(`the screen could not be drawn: ${error instanceof Error ? error.message : error}`);
  }
}
