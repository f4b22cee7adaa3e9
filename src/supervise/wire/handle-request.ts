import type { Status } from "../../core/session/record.ts";
import { type Freezer, failure, type Request, success } from "../../core/session/request.ts";
import { bytesOf, plain, utf8 } from "../../core/text.ts";
import type { Files } from "../../sys/sys.ts";
import type { Size } from "../../sys/tty.ts";

/** How much of a log one answer holds, in bytes from its end. */
const LOG_BYTES = 8 * 1_048_576;

/** What one-shot requests read and do. */
export interface RequestsDeps {
  readonly files: Files;
  readonly logPath: string;
  status(): Status;
  outputBytes(): number;
  screenSeq(): number;
  size(): Size;
  input(bytes: Uint8Array): number;
  resize(size: Size): void;
  replay(): Uint8Array;
  detach(): void;
  restart(): void;
  kill(by: Extract<Request, { op: "kill" }>["by"]): Promise<{ isGone: boolean; signal: string | undefined }>;
  freeze(by: Freezer, reason: string): Promise<{ stopped: number; settled: boolean }>;
  /** How many go on, or why none may. */
  thaw(budgetUsd: number | undefined): Promise<number | string>;
  /** The worker has booked what it spent. */
  spent(): void;
  /** A picture of the screen as JSON, drawn by another process. */
  draw(format: "plain" | "ansi" | "json", trim: boolean): Promise<string>;
}

/** Carries out a one-shot request and gives its answer line. */
export async function handleRequest(edge: RequestsDeps, request: Exclude<Request, { op: "attach" }>): Promise<string> {
  switch (request.op) {
    case "status":
      return success({ ...edge.status(), output_bytes: edge.outputBytes(), screen_seq: edge.screenSeq() });
    case "log":
      return success({ text: logText(edge, request) });
    case "screenshot":
      return screenshot(edge, request);
    case "send":
      return send(edge, request);
    case "resize":
      edge.resize({ cols: request.cols, rows: request.rows });
      return success({ cols: request.cols, rows: request.rows });
    case "restart":
      edge.restart();
      return success({ restart: "queued" });
    case "kill":
      return kill(edge, request);
    case "freeze":
      return success(await edge.freeze(request.by, request.reason));
    case "thaw": {
      const resumed = await edge.thaw(request.budget_usd);
      return typeof resumed === "string" ? failure(resumed) : success({ resumed });
    }
    case "spent":
      edge.spent();
      return success({ noted: true });
    case "detach":
      edge.detach();
      return success({ detached: true });
    case "replay":
      return success({
        bytes: Buffer.from(edge.replay()).toString("base64"),
        ...edge.size(),
        screen_seq: edge.screenSeq(),
      });
  }
}

function logText({ files, logPath }: RequestsDeps, { tail, raw }: Extract<Request, { op: "log" }>): string {
  const bytes = files.readPart(logPath, -LOG_BYTES, LOG_BYTES) ?? new Uint8Array(0);
  const text = raw ? utf8(bytes) : plain(utf8(bytes));
  return tail === null ? text : lastLines(text, tail);
}

/** The last `count` lines; a newline at the very end opens none. */
export function lastLines(text: string, count: number): string {
  if (count === 0) return "";
  let at = text.endsWith("\n") ? text.length - 1 : text.length;
  for (let line = 0; line < count && at >= 0; line++) at = text.lastIndexOf("\n", at - 1);
  return at < 0 ? text : text.slice(at + 1);
}

function send(edge: RequestsDeps, { text, newline }: Extract<Request, { op: "send" }>): string {
  const offset = edge.outputBytes();
  const bytes = bytesOf(newline ? `${text}\n` : text);
  const taken = edge.input(bytes);
  if (taken === bytes.length) return success({ sent: taken, offset });
  return failure(`only ${taken} of ${bytes.length} bytes were taken: the program does not read its input`);
}

async function kill(edge: RequestsDeps, { by }: Extract<Request, { op: "kill" }>): Promise<string> {
  const { isGone, signal } = await edge.kill(by);
  const { exit_code, state } = edge.status();
  if (!isGone) return failure("process group still exists after SIGKILL");
  return success({ confirmed: true, escalated: signal === "SIGKILL", exit_code, killed: true, state });
}

async function screenshot(edge: RequestsDeps, request: Extract<Request, { op: "screenshot" }>): Promise<string> {
  try {
    const picture: unknown = JSON.parse(await edge.draw(request.format, request.trim));
    if (typeof picture !== "object" || picture === null) return failure("the screen could not be drawn");
    return success({ ...picture, screen_seq: edge.screenSeq() });
  } catch (error) {
    return failure(`the screen could not be drawn: ${error instanceof Error ? error.message : error}`);
  }
}
