/**
 * The wire format of an attach stream: tag, length, payload. Public: other programs speak it, so it never changes.
 *
 *     tag u8 | length u32 big-endian | payload
 */

import { concat } from "../../core/bytes.ts";

/** Frames from the supervisor. */
export const TO_CLIENT = { output: 1, exit: 2, detached: 3 } as const;

/** Frames to the supervisor. */
export const TO_SUPERVISOR = { input: 1, resize: 2 } as const;

/** Longest payload taken, in bytes; the format itself would allow 4 GiB. */
export const FRAME_LIMIT_BYTES = 16 * 1_048_576;

const HEADER_BYTES = 5;

export interface Frame {
  readonly tag: number;
  readonly payload: Uint8Array;
}

/** How a session ended, as the exit frame says it. */
export interface ExitStatus {
  readonly signaled: boolean;
  readonly code: number;
}

/** One frame as bytes of its own: `payload` is copied. */
export function encodeFrame(tag: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  bytes[0] = tag;
  new DataView(bytes.buffer).setUint32(1, payload.length);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/** A session's end. A code that is not known is 130 after a signal, else 0. */
export function encodeExit(signaled: boolean, code: number | undefined): Uint8Array {
  const payload = new Uint8Array(5);
  payload[0] = signaled ? 1 : 0;
  new DataView(payload.buffer).setInt32(1, code ?? (signaled ? 130 : 0));
  return encodeFrame(TO_CLIENT.exit, payload);
}

/** What an exit frame says; undefined when it has another length. */
export function decodeExit(payload: Uint8Array): ExitStatus | undefined {
  if (payload.length !== 5) return undefined;
  return { signaled: payload[0] === 1, code: view(payload).getInt32(1) };
}

export function encodeResize(cols: number, rows: number): Uint8Array {
  const payload = new Uint8Array(4);
  const fields = new DataView(payload.buffer);
  fields.setUint16(0, cols);
  fields.setUint16(2, rows);
  return encodeFrame(TO_SUPERVISOR.resize, payload);
}

/** The size in a resize frame; undefined when it has another length. Zeros are given as they are. */
export function decodeResize(payload: Uint8Array): { cols: number; rows: number } | undefined {
  if (payload.length !== 4) return undefined;
  const fields = view(payload);
  return { cols: fields.getUint16(0), rows: fields.getUint16(2) };
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Puts frames together from pieces that end anywhere. */
export class FrameReader {
  #pieces: Uint8Array[] = [];
  #haveBytes = 0;
  #needBytes = HEADER_BYTES;

  /** The frames that are complete now; undefined, from then on for ever, once one is longer than the limit. */
  push(piece: Uint8Array): Frame[] | undefined {
    // Kept in pieces until a frame is whole: joining them at each one would take quadratic time.
    this.#pieces.push(piece.slice());
    this.#haveBytes += piece.length;
    const frames: Frame[] = [];
    while (this.#haveBytes >= this.#needBytes) {
      const frame = this.#take(concat(this.#pieces));
      if (frame === "too-long") return undefined;
      if (frame !== undefined) frames.push(frame);
    }
    return frames;
  }

  /** The frame that `bytes` begin with; undefined when they hold only its header so far. */
  #take(bytes: Uint8Array): Frame | "too-long" | undefined {
    const length = view(bytes).getUint32(1);
    if (length > FRAME_LIMIT_BYTES) return "too-long";
    const end = HEADER_BYTES + length;
    const isWhole = bytes.length >= end;
    const rest = isWhole ? bytes.subarray(end) : bytes;
    this.#pieces = [rest];
    this.#haveBytes = rest.length;
    this.#needBytes = isWhole ? HEADER_BYTES : end;
    return isWhole ? { tag: bytes[0] ?? 0, payload: bytes.subarray(HEADER_BYTES, end) } : undefined;
  }
}

/** Longest first line taken, in bytes: `send` carries its text in it. */
export const LINE_LIMIT_BYTES = 16 * 1_048_576;

const NEWLINE = 0x0a;

/** Puts the first line together, and keeps what came behind it. */
export class LineReader {
  readonly #pieces: Uint8Array[] = [];
  #bytes = 0;

  /** The line without its newline and the rest, once it is complete; "too-long" past the limit. */
  push(piece: Uint8Array): { line: Uint8Array; rest: Uint8Array } | "too-long" | undefined {
    const end = piece.indexOf(NEWLINE);
    // Kept in pieces until the end: putting a long line together at each one would take quadratic time.
    this.#pieces.push(end < 0 ? piece.slice() : piece.slice(0, end));
    this.#bytes += end < 0 ? piece.length : end;
    if (this.#bytes > LINE_LIMIT_BYTES) return "too-long";
    return end < 0 ? undefined : { line: concat(this.#pieces), rest: piece.slice(end + 1) };
  }
}
