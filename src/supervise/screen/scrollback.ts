import { concat } from "../../core/bytes.ts";
import { bytesOf } from "../../core/text.ts";
import { Modes } from "./modes.ts";
import { withoutQueries } from "./replay-filter.ts";

/** The most output of a session that is kept, in bytes. */
export const SCROLLBACK_BYTES = 1_048_576;

/** The size of a block, in bytes. Output is dropped in blocks, because a spinner's comes in pieces of twenty bytes. */
const BLOCK_BYTES = 65_536;

/**
 * The last output of a session, up to a limit, with the modes that were set before it.
 *
 * Dropped output goes through a mode tracker, so the modes at the start of the kept output are known exactly, and a replay
 * of modes and output leads to the program's present state, alternate screen and scrolled lines included.
 */
export class Scrollback {
  readonly #before = new Modes();
  #blocks: Uint8Array[] = [];
  #last = new Uint8Array(0);
  #lastBytes = 0;

  /** Adds a copy of the output. */
  push(output: Uint8Array): void {
    for (let at = 0; at < output.length; ) {
      if (this.#lastBytes === this.#last.length) this.#addBlock();
      const part = output.subarray(at, at + this.#last.length - this.#lastBytes);
      this.#last.set(part, this.#lastBytes);
      this.#lastBytes += part.length;
      at += part.length;
    }
  }

  /** Returns what brings a new terminal to the program's present state, without queries and bells. */
  replay(): Uint8Array {
    const whole = concat([...this.#blocks.slice(0, -1), this.#last.subarray(0, this.#lastBytes)]);
    return concat([bytesOf(this.#before.restore()), withoutQueries(whole)]);
  }

  /** Returns the modes that the output so far has set. */
  modes(): Modes {
    const modes = new Modes();
    modes.feed(bytesOf(this.#before.restore()));
    for (const block of this.#blocks.slice(0, -1)) modes.feed(block);
    modes.feed(this.#last.subarray(0, this.#lastBytes));
    return modes;
  }

  /** Returns the last output, at most `maxBytes` of it. It may begin inside a sequence or a character. */
  end(maxBytes: number): Uint8Array {
    if (maxBytes <= 0) return new Uint8Array(0);
    const last = this.#last.subarray(0, this.#lastBytes);
    const missing = maxBytes - last.length;
    const earlier = missing > 0 ? (this.#blocks.at(-2)?.slice(-missing) ?? new Uint8Array(0)) : new Uint8Array(0);
    return concat([earlier, last.slice(-maxBytes)]);
  }

  #addBlock(): void {
    // The first blocks are small: most sessions print little.
    const size = Math.min(BLOCK_BYTES, Math.max(4_096, this.#last.length * 4));
    this.#last = new Uint8Array(size);
    this.#lastBytes = 0;
    this.#blocks.push(this.#last);
    if (this.#blocks.length > SCROLLBACK_BYTES / BLOCK_BYTES) this.#dropBlock();
  }

  #dropBlock(): void {
    this.#before.feed(this.#blocks.shift() ?? new Uint8Array(0));
    const next = this.#blocks[0];
    if (next !== undefined) this.#blocks[0] = next.subarray(this.#boundary(next));
  }

  /** Returns how many bytes of `block` belong to a sequence or character that began before it. */
  #boundary(block: Uint8Array): number {
    let at = 0;
    // A string that is never ended must not swallow all output: past a block it is shown as it is.
    while (this.#before.isInside && at < block.length) this.#before.feed(block.subarray(at, ++at));
    for (const end = at + 3; at < end && ((block[at] ?? 0) & 0xc0) === 0x80; ) at += 1;
    return at;
  }
}
