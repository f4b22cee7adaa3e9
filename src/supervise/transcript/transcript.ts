import type { GrowingFile } from "../../sys/sys.ts";

/** A session's output.log: raw bytes, appended up to a limit. Bytes that do not fit are counted and dropped. */
export class Transcript {
  readonly #file: GrowingFile;
  readonly #maxBytes: number;
  #droppedBytes = 0;

  constructor(file: GrowingFile, maxBytes: number) {
    this.#file = file;
    this.#maxBytes = maxBytes;
  }

  /** The size of the log, in bytes. */
  get sizeBytes(): number {
    return this.#file.sizeBytes;
  }

  /** Output that the log lacks, in bytes: past its limit, or while the disk was full. */
  get droppedBytes(): number {
    return this.#droppedBytes;
  }

  append(bytes: Uint8Array): void {
    const room = Math.max(0, this.#maxBytes - this.sizeBytes);
    const written = room === 0 ? 0 : this.#file.append(bytes.subarray(0, room));
    this.#droppedBytes += bytes.length - written;
  }

  close(): void {
    this.#file.close();
  }
}
