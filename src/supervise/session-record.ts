import { dirname } from "node:path";
import { hasEnter } from "../core/session/keyboard/keys.ts";
import type { Status } from "../core/session/record.ts";
import { parseMeta } from "../core/session/record.ts";
import type { SessionPaths, SessionStore } from "../store/session/session-paths.ts";
import { writeMeta, writeStatus } from "../store/session/sessions.ts";
import type { Clock } from "../sys/sys.ts";

/** The most time that details (size, dropped bytes) wait to be written, in milliseconds. */
const DETAIL_DELAY_MS = 500;

/**
 * Writes the supervisor's record of its session. It creates the folder again when somebody removed it, and writes
 * nothing into a folder that replaced it, because that one belongs to another session.
 */
export class SessionRecord {
  readonly #store: SessionStore;
  readonly #clock: Clock;
  readonly #paths: SessionPaths;
  readonly #metaText: string;
  #identity: string | undefined;
  #status: Status;
  #isWaiting = false;

  constructor(store: SessionStore, clock: Clock, paths: SessionPaths) {
    this.#store = store;
    this.#clock = clock;
    this.#paths = paths;
    this.#identity = store.files.stat(paths.folder)?.identity;
    this.#metaText = store.files.read(paths.meta) ?? "";
    this.#status = { state: "starting", child_pid: null, exit_code: null, last_change: this.#now() };
  }

  get status(): Status {
    return this.#status;
  }

  /** Writes a change of state at once, with the time of the change. */
  writeChange(change: Partial<Omit<Status, "last_change">>): void {
    this.#status = { ...this.#status, ...change, last_change: this.#now() };
    this.#write();
  }

  /** Writes a detail within half a second, together with others. */
  noteDetail(detail: Pick<Status, "size" | "dropped_bytes">): void {
    this.#status = { ...this.#status, ...detail };
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    void this.#clock.sleep(DETAIL_DELAY_MS).then(() => {
      this.#isWaiting = false;
      this.#write();
    });
  }

  /**
   * Marks the time of an Enter in `input`, and never the text: an ask that waits in this session takes it for the
   * person's answer. A mark that cannot be written does not stop the input.
   */
  markEnter(input: Uint8Array): void {
    if (!hasEnter(input)) return;
    const { files } = this.#store;
    try {
      if (files.stat(this.#paths.enterMark) !== undefined) return files.touch(this.#paths.enterMark);
      if (!this.#isOurFolder()) return;
      files.makeDir(dirname(this.#paths.enterMark));
      files.create(this.#paths.enterMark, "");
    } catch {
      // The disk is full or the folder is gone; the person can still use `looop answer`.
    }
  }

  /** Keeps the old record when the disk is full; the session goes on. */
  #write(): void {
    try {
      if (this.#isOurFolder()) writeStatus(this.#store, this.#paths, this.#status);
    } catch {
      // The next change writes it all.
    }
  }

  #isOurFolder(): boolean {
    const { files } = this.#store;
    const now = files.stat(this.#paths.folder)?.identity;
    if (now !== undefined) return now === this.#identity;
    files.makeDir(this.#paths.folder);
    this.#identity = files.stat(this.#paths.folder)?.identity;
    const meta = parseMeta(this.#metaText);
    if (meta !== undefined) writeMeta(this.#store, this.#paths, meta);
    return true;
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}
