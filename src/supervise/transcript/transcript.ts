import type { GrowingFile } from "../../sys/sys.ts";

/** A session's output.log: raw bytes, append only, up to a limit. What does not fit is counted, never waited for. */
export class Transcript {
  readonly #file: GrowingFile;
  readonly #maxBytes: number;
  #sizeBytes = 0;
  #droppedBytes = 0;

  constructor(file: GrowingFile, maxBytes: number) {
    this.#file = file;
    this.#maxBytes = maxBytes;
  }

  /** Bytes in the log. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Bytes of output that the log lacks: past its limit, or while the disk was full. */
  get droppedBytes(): number {
    return this.#droppedBytes;
  }

  append(bytes: Uint8Array): void {
    const room = Math.max(0, this.#maxBytes - this.#sizeBytes);
    const written = room === 0 ? 0 : this.#file.append(bytes.subarray(0, room));
    this.#sizeBytes += written;
    this.#droppedBytes += bytes.length - written;
  }

  close(): void {
    this.#file.close();
  }
}
