import { concat } from "../bytes.ts";
import { utf8 } from "../text.ts";

/** Longest line that is kept whole, in bytes: a model's answer is many times shorter. */
export const LINE_BYTES = 4_194_304;

/** Length of the part kept of an event that is too long, in bytes: its type is at the beginning. */
const HEAD_BYTES = 200;

/** A line of a stream, or a part of one that is too long. */
export type Line =
  /** Lines of plain text that came together are one text with newlines in it, because a flood has millions. */
  | { readonly kind: "whole"; readonly text: string }
  /** A piece of a long line of plain text; the last one of it ends it. */
  | { readonly kind: "piece"; readonly text: string; readonly isLast: boolean }
  /** A long event, not kept. */
  | { readonly kind: "skipped"; readonly head: string; readonly bytes: number };

/** Matches a text in which some line may hold an event. */
const EVENT = /^[^\S\n\r\u2028\u2029]*\{|\{"/m;

const NEWLINE = 0x0a;
const BRACE = 0x7b;

interface LongLine {
  readonly event: boolean;
  readonly head: string;
  bytes: number;
}

/**
 * Cuts bytes into lines, in bounded memory: a long line of plain text is passed on in pieces, and of a long event, which is
 * useless in part, only the beginning is kept. Invalid UTF-8 becomes U+FFFD.
 */
export class LongLines {
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  /** The first byte of the kept part that is not a blank; undefined until there is one. */
  #first: number | undefined;
  /** The current line, once it is too long to be kept. */
  #long: LongLine | undefined;
  #decoder = new TextDecoder();

  /** Returns the lines and pieces that `bytes` completes. The caller may use the array again. */
  push(bytes: Uint8Array): Line[] {
    const first = bytes.indexOf(NEWLINE);
    if (first < 0) return this.#take(bytes.slice());
    const last = bytes.lastIndexOf(NEWLINE);
    const lines = [...this.#take(bytes.subarray(0, first)), ...this.#finish()];
    // Most lines are whole within one piece, so they are decoded together.
    const middle = last > first ? utf8(bytes.subarray(first + 1, last)) : undefined;
    if (middle !== undefined && !EVENT.test(middle)) lines.push({ kind: "whole", text: middle });
    else for (const text of middle?.split("\n") ?? []) lines.push({ kind: "whole", text });
    if (last + 1 < bytes.length) lines.push(...this.#take(bytes.slice(last + 1)));
    return lines;
  }

  /** True when `bytes`, which come next, may hold a part of an event. */
  mayHoldEvent(bytes: Uint8Array): boolean {
    return this.#keptIsEvent() || bytes.includes(BRACE);
  }

  #keptIsEvent(): boolean {
    return this.#long?.event ?? this.#first === BRACE;
  }

  /** Returns the unfinished line at the end of the stream. */
  end(): Line[] {
    return this.#keptBytes === 0 && this.#long === undefined ? [] : this.#finish();
  }

  #take(bytes: Uint8Array): Line[] {
    if (this.#long !== undefined) return this.#takeLong(this.#long, bytes);
    this.#kept.push(bytes);
    this.#first ??= bytes.find((byte) => byte > 0x20);
    this.#keptBytes += bytes.length;
    if (this.#keptBytes <= LINE_BYTES) return [];
    const first = this.#first;
    const all = this.#joined();
    const event = first === BRACE;
    this.#long = { event, head: utf8(all.subarray(0, HEAD_BYTES)), bytes: 0 };
    return this.#takeLong(this.#long, all);
  }

  #takeLong(long: LongLine, bytes: Uint8Array): Line[] {
    long.bytes += bytes.length;
    if (long.event) return [];
    return [{ kind: "piece", text: this.#decoder.decode(bytes, { stream: true }), isLast: false }];
  }

  #finish(): Line[] {
    const long = this.#long;
    this.#long = undefined;
    if (long === undefined) return [{ kind: "whole", text: utf8(this.#joined()) }];
    if (long.event) return [{ kind: "skipped", head: long.head, bytes: long.bytes }];
    return [{ kind: "piece", text: this.#decoder.decode(), isLast: true }];
  }

  #joined(): Uint8Array {
    const [only] = this.#kept;
    const all = this.#kept.length === 1 && only !== undefined ? only : concat(this.#kept);
    this.#kept = [];
    this.#keptBytes = 0;
    this.#first = undefined;
    return all;
  }
}
