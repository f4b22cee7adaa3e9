/**
 * The wire format of an attach stream. It is public: other programs use it, so it never changes.
 *
 *     tag u8 | length u32 big-endian | payload
 */

import { concat } from "../../core/bytes.ts";

/** Frames from the supervisor. */
export const TO_CLIENT = { output: 1, exit: 2, detached: 3 } as const;

/** Frames to the supervisor. */
export const TO_SUPERVISOR = { input: 1, resize: 2 } as const;

/** The longest payload that is accepted, in bytes; the format itself allows 4 GiB. */
export const FRAME_LIMIT_BYTES = 16 * 1_048_576;

const HEADER_BYTES = 5;

export interface Frame {
  readonly tag: number;
  readonly payload: Uint8Array;
}

/** The content of an exit frame. */
export interface ExitStatus {
  readonly signaled: boolean;
  readonly code: number;
}

/** Returns one frame as new bytes: `payload` is copied. */
export function encodeFrame(tag: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  bytes[0] = tag;
  new DataView(bytes.buffer).setUint32(1, payload.length);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/** Returns an exit frame. An unknown code is sent as 130 after a signal, else as 0. */
export function encodeExit(signaled: boolean, code: number | undefined): Uint8Array {
  const payload = new Uint8Array(5);
  payload[0] = signaled ? 1 : 0;
  new DataView(payload.buffer).setInt32(1, code ?? (signaled ? 130 : 0));
  return encodeFrame(TO_CLIENT.exit, payload);
}

/** Parses the payload of an exit frame; undefined when its length is wrong. */
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

/** Parses the payload of a resize frame; undefined when its length is wrong. Zeros are not changed. */
export function decodeResize(payload: Uint8Array): { cols: number; rows: number } | undefined {
  if (payload.length !== 4) return undefined;
  const fields = view(payload);
  return { cols: fields.getUint16(0), rows: fields.getUint16(2) };
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Assembles frames from pieces of any length. */
export class FrameReader {
  #pieces: Uint8Array[] = [];
  #haveBytes = 0;
  #needBytes = HEADER_BYTES;

  /** Returns the frames that this piece completes; undefined, now and for every later piece, once a frame is too long. */
  push(piece: Uint8Array): Frame[] | undefined {
    // Joined only when a frame is complete: joining at each piece would take quadratic time.
    this.#pieces.push(piece.slice());
    this.#haveBytes += piece.length;
    const frames: Frame[] = [];
    while (this.#haveBytes >= this.#needBytes) {
      const frame = this.#shift(concat(this.#pieces));
      if (frame === "too-long") return undefined;
      if (frame !== undefined) frames.push(frame);
    }
    return frames;
  }

  /** Removes and returns the first frame of `bytes`; undefined when only its header is complete. */
  #shift(bytes: Uint8Array): Frame | "too-long" | undefined {
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

/** The longest first line that is accepted, in bytes: `send` carries its text in it. */
export const LINE_LIMIT_BYTES = 16 * 1_048_576;

const NEWLINE = 0x0a;

/** Assembles the first line, and returns the bytes after it. */
export class LineReader {
  readonly #pieces: Uint8Array[] = [];
  #bytes = 0;

  /** Returns the line without its newline, and the rest, once the line is complete; "too-long" past the limit. */
  push(piece: Uint8Array): { line: Uint8Array; rest: Uint8Array } | "too-long" | undefined {
    const end = piece.indexOf(NEWLINE);
    // Joined only when the line is complete: joining at each piece would take quadratic time.
    this.#pieces.push(end < 0 ? piece.slice() : piece.slice(0, end));
    this.#bytes += end < 0 ? piece.length : end;
    if (this.#bytes > LINE_LIMIT_BYTES) return "too-long";
    return end < 0 ? undefined : { line: concat(this.#pieces), rest: piece.slice(end + 1) };
  }
}
