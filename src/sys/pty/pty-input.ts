import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Input that may wait for a program that does not read, in bytes. A pasted file fits; a runaway sender does not. */
export const INPUT_QUEUE_BYTES = 1_048_576;

/** At most this much is handed over at once, in bytes, so that "taken" is close to what the terminal has. */
const CHUNK_BYTES = 16_384;

/** Input on its way to a terminal: in order, one piece at a time, never more than {@linkcode INPUT_QUEUE_BYTES}. */
export class InputQueue {
  readonly #send: (bytes: Uint8Array) => Promise<number>;
  #waiting: Uint8Array[] = [];
  #queuedBytes = 0;
  #busy = false;
  #closed = false;
  #refused = false;
  readonly #onDrain: () => void;

  constructor(send: (bytes: Uint8Array) => Promise<number>, onDrain: () => void) {
    this.#send = send;
    this.#onDrain = onDrain;
  }

  /** Takes as much as there is room for, and says how much that was. */
  push(bytes: Uint8Array): number {
    if (this.#closed) return 0;
    const taken = bytes.slice(0, Math.max(0, INPUT_QUEUE_BYTES - this.#queuedBytes));
    if (taken.length > 0) {
      this.#waiting.push(taken);
      this.#queuedBytes += taken.length;
      void this.#drain();
    }
    this.#refused ||= taken.length < bytes.length;
    return taken.length;
  }

  close(): void {
    this.#closed = true;
    this.#waiting = [];
  }

  async #drain(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const sent = await this.#send(next.subarray(0, CHUNK_BYTES)).catch(() => undefined);
      // The terminal is gone, and with it whoever was to read this.
      if (sent === undefined || this.#closed) return this.close();
      this.#queuedBytes -= sent;
      if (sent < next.length) this.#waiting[0] = next.subarray(sent);
      else this.#waiting.shift();
      this.#tellRoom();
    }
    this.#busy = false;
  }

  /** Half a queue of room: less would have the sender called for every chunk. */
  #tellRoom(): void {
    if (!this.#refused || this.#queuedBytes > INPUT_QUEUE_BYTES / 2) return;
    this.#refused = false;
    this.#onDrain();
  }
}

/** This process's descriptors of PTY masters; none where there is no /proc. */
function masterDescriptors(): number[] {
  try {
    return readdirSync("/proc/self/fd").filter(isMaster).map(Number);
  } catch {
    return [];
  }
}

/** Those of the terminal that process `pid` has as its standard input, by the terminal's number. */
export function mastersOf(pid: number): number[] {
  const number = /\d+$/.exec(nonEmptyString(() => readlinkSync(`/proc/${pid}/fd/0`)))?.[0];
  const index = (fd: number) => nonEmptyString(() => readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"));
  return masterDescriptors().filter((fd) => /^tty-index:\s*(\d+)$/m.exec(index(fd))?.[1] === number);
}

function isMaster(fd: string): boolean {
  return /^\/dev\/(pts\/)?ptmx$/.test(nonEmptyString(() => readlinkSync(`/proc/self/fd/${fd}`)));
}

/** Empty for what was closed meanwhile. */
function nonEmptyString(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
