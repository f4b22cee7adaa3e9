/** The most input that waits for a program that does not read, in bytes: room for a pasted file, not for a runaway sender. */
export const INPUT_QUEUE_BYTES = 1_048_576;

/** The largest chunk that is sent at once, in bytes: then the queue's size is close to what the terminal lacks. */
const CHUNK_BYTES = 16_384;

/** A queue of input for a terminal: sent in order, one chunk at a time, at most {@linkcode INPUT_QUEUE_BYTES}. */
export class InputQueue {
  readonly #send: (bytes: Uint8Array) => Promise<number>;
  #waiting: Uint8Array[] = [];
  #queuedBytes = 0;
  #isSending = false;
  #isClosed = false;
  #hasRefused = false;
  readonly #onDrain: () => void;

  constructor(send: (bytes: Uint8Array) => Promise<number>, onDrain: () => void) {
    this.#send = send;
    this.#onDrain = onDrain;
  }

  /** The bytes that the terminal has not taken. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Queues as much as there is room for. Returns how many bytes that is. */
  push(bytes: Uint8Array): number {
    if (this.#isClosed) return 0;
    const taken = bytes.slice(0, Math.max(0, INPUT_QUEUE_BYTES - this.#queuedBytes));
    if (taken.length > 0) {
      this.#waiting.push(taken);
      this.#queuedBytes += taken.length;
      void this.#drain();
    }
    this.#hasRefused ||= taken.length < bytes.length;
    return taken.length;
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
  }

  async #drain(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const sent = await this.#send(next.subarray(0, CHUNK_BYTES)).catch(() => undefined);
      // The terminal is gone: the rest has no reader.
      if (sent === undefined || this.#isClosed) return this.close();
      this.#queuedBytes -= sent;
      if (sent < next.length) this.#waiting[0] = next.subarray(sent);
      else this.#waiting.shift();
      this.#reportRoom();
    }
    this.#isSending = false;
  }

  /** Calls back once half the queue is free: with a lower limit the sender would be called for every chunk. */
  #reportRoom(): void {
    if (!this.#hasRefused || this.#queuedBytes > INPUT_QUEUE_BYTES / 2) return;
    this.#hasRefused = false;
    this.#onDrain();
  }
}
