import { dirname } from "node:path";
import { hasEnter } from "../core/session/keys.ts";
import type { Status } from "../core/session/record.ts";
import { parseMeta } from "../core/session/record.ts";
import type { SessionPaths, SessionStore } from "../store/session/session-paths.ts";
import { writeMeta, writeStatus } from "../store/session/sessions.ts";
import type { Clock } from "../sys/sys.ts";

/** How long small changes (size, dropped bytes) may wait to be written, in milliseconds. */
const LATER_MS = 500;

/**
 * What the supervisor says of its session on disk. A folder that was removed is made again; one that was replaced is
 * somebody else's, and nothing is written into it.
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

  /** A transition: written now, and the time of the last change with it. */
  writeChange(change: Partial<Omit<Status, "last_change">>): void {
    this.#status = { ...this.#status, ...change, last_change: this.#now() };
    this.#write();
  }

  /** A detail: written within half a second, together with others. */
  noteDetail(detail: Pick<Status, "size" | "dropped_bytes">): void {
    this.#status = { ...this.#status, ...detail };
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    void this.#clock.sleep(LATER_MS).then(() => {
      this.#isWaiting = false;
      this.#write();
    });
  }

  /**
   * Somebody typed. An Enter marks the moment, never the words: an ask that waits in this session takes it for the
   * person's answer. What cannot be marked is typed all the same.
   */
  markEnter(bytes: Uint8Array): void {
    if (!hasEnter(bytes)) return;
    const { files } = this.#store;
    try {
      if (files.stat(this.#paths.typed) !== undefined) return files.touch(this.#paths.typed);
      if (!this.#isOurFolder()) return;
      files.makeDir(dirname(this.#paths.typed));
      files.create(this.#paths.typed, "");
    } catch {
      // A full disk, a folder that is gone: the person can still answer by the verb.
    }
  }

  /** A full disk leaves the old record as it is; the session goes on. */
  #write(): void {
    try {
      if (this.#isOurFolder()) writeStatus(this.#store, this.#paths, this.#status);
    } catch {
      // The next change tries again.
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
