import type { SessionPaths } from "../store/session/session-paths.ts";
import type { Clock, Files, GrowingFile } from "../sys/sys.ts";
import { IdleDetector } from "./idle-detector.ts";
import { Scrollback } from "./screen/scrollback.ts";
import { Transcript } from "./transcript/transcript.ts";

export interface SessionOutputDeps {
  readonly clock: Clock;
  readonly store: { readonly files: Files };
  createLog(path: string): GrowingFile;
  /** Returns unused memory to the system. */
  releaseMemory(): void;
}

/** Keeps what a session's program prints: the transcript on disk, and the scrollback for new clients. */
export class SessionOutput {
  readonly #files: Files;
  readonly #path: string;
  readonly #transcript: Transcript;
  readonly #scrollback = new Scrollback();
  readonly #idle: IdleDetector;

  /** Creates the transcript. Throws a LooopError when that fails. */
  constructor(deps: SessionOutputDeps, { log }: SessionPaths, maxBytes: number) {
    this.#files = deps.store.files;
    this.#path = log;
    this.#transcript = new Transcript(deps.createLog(log), maxBytes);
    this.#idle = new IdleDetector(deps.clock, deps.releaseMemory);
  }

  /** The size of the transcript, in bytes. */
  get sizeBytes(): number {
    return this.#transcript.sizeBytes;
  }

  /** Output that the transcript lacks, in bytes. */
  get droppedBytes(): number {
    return this.#transcript.droppedBytes;
  }

  push(bytes: Uint8Array): void {
    this.#transcript.append(bytes);
    this.#scrollback.push(bytes);
    this.#idle.countOutput(bytes.length);
  }

  /** Returns what brings a new client's terminal to the program's present state. */
  replay(): Uint8Array {
    return this.#scrollback.replay();
  }

  /** Returns the end of the transcript, at most `maxBytes` of it. */
  readEnd(maxBytes: number): Uint8Array {
    return this.#files.readPart(this.#path, -maxBytes, maxBytes) ?? new Uint8Array(0);
  }

  close(): void {
    this.#idle.stop();
    this.#transcript.close();
  }
}
