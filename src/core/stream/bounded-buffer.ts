import { concat } from "../bytes.ts";

/** Keeps the first or the last `max` bytes of a stream, and counts all of them. */
export class BoundedBuffer {
  /** The length of the whole stream so far, in bytes. */
  total = 0;
  #pieces: Uint8Array[] = [];
  #held = 0;
  readonly #side: "start" | "end";
  readonly #max: number;

  constructor(side: "start" | "end", max: number) {
    this.#side = side;
    this.#max = max;
  }

  /** Adds a piece; the caller may use the array again. */
  push(bytes: Uint8Array): void {
    this.total += bytes.length;
    const wanted = this.#side === "end" ? bytes.slice(-this.#max) : bytes.slice(0, this.#max - this.#held);
    if (wanted.length === 0) return;
    this.#pieces.push(wanted);
    this.#held += wanted.length;
    for (let first = this.#pieces[0]; first && this.#held - first.length >= this.#max; first = this.#pieces[0]) {
      this.#pieces.shift();
      this.#held -= first.length;
    }
  }

  /** Returns the kept bytes in one piece. */
  bytes(): Uint8Array {
    const all = concat(this.#pieces);
    return this.#side === "end" ? all.subarray(-this.#max) : all;
  }
}
