import { utf8 } from "../core/text.ts";
import type { SessionPaths } from "../store/session/session-paths.ts";
import type { Clock, Files, GrowingFile } from "../sys/sys.ts";
import { IdleDetector, type QuietWatcher } from "./idle-detector.ts";
import type { Modes } from "./screen/modes.ts";
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
  readonly #clock: Clock;
  readonly #files: Files;
  readonly #path: string;
  readonly #transcript: Transcript;
  readonly #scrollback = new Scrollback();
  readonly #idle: IdleDetector;
  #totalBytes = 0;
  #lastMs = 0;

  /** Creates the transcript. Throws a LooopError when that fails. */
  constructor(deps: SessionOutputDeps, { log }: SessionPaths, maxBytes: number) {
    this.#clock = deps.clock;
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

  /** The bytes that the program has printed. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** The monotonic time of the last output but a title, in milliseconds; 0 before the first. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** Calls the watcher when the program falls quiet and while it prints. */
  watch(watcher: QuietWatcher): void {
    this.#idle.watch(watcher);
  }

  /** Makes the watcher's next call come even without output. */
  awaitQuiet(): void {
    this.#idle.awaitIdle();
  }

  push(bytes: Uint8Array): void {
    this.#totalBytes += bytes.length;
    this.#transcript.append(bytes);
    this.#scrollback.push(bytes);
    if (isTitle(bytes)) return;
    this.#lastMs = this.#clock.monotonic();
    this.#idle.countOutput(bytes.length);
  }

  /** Returns what brings a new client's terminal to the program's present state. */
  replay(): Uint8Array {
    return this.#scrollback.replay();
  }

  /** Returns the modes that the program has set on its terminal. */
  modes(): Modes {
    return this.#scrollback.modes();
  }

  /** Returns the last output since `offset`, a count of bytes, at most `maxBytes` of it. */
  recent(offset: number, maxBytes: number): Uint8Array {
    return this.#scrollback.end(Math.min(maxBytes, this.#totalBytes - offset));
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

/** One or more titles (OSC 0 and 2), and nothing else. */
const TITLES = /^(?:\x1b\][02];[^\x07\x1b]*(?:\x07|\x1b\\))+$/;

/** The longest output that is checked, in bytes: titles are short. */
const TITLE_BYTES = 512;

/** Returns true for output that changes only the title: codex blinks there while it waits at a dialog. */
function isTitle(output: Uint8Array): boolean {
  return output[0] === 0x1b && output[1] === 0x5d && output.length <= TITLE_BYTES && TITLES.test(utf8(output));
}
