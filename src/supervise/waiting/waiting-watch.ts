import { join } from "node:path";
import { hooksFor } from "../../core/runner/built-in.ts";
import { findDialog } from "../../core/runner/dialogs.ts";
import { type HookReport, isSameWaiting, judgeWaiting, type Waiting, waitingNote } from "../../core/session/waiting.ts";
import { readNote } from "../../store/session/note.ts";
import type { SessionPaths, SessionStore } from "../../store/session/session-paths.ts";
import { clearWaiting, readWaiting, writeWaiting } from "../../store/session/waiting.ts";
import type { Clock } from "../../sys/sys.ts";
import type { SessionOutput } from "../session-output.ts";
import { readTail } from "./read-tail.ts";

/** The time after an attach or a key in which an attached person counts as there, in milliseconds. */
const PRESENCE_MS = 60_000;

/** The most output that is searched for signs, in bytes: several screens. */
const TAIL_BYTES = 16_384;

export interface WaitingDeps {
  readonly store: SessionStore;
  readonly clock: Clock;
  /** True when a foreground process of the terminal of `leader` is blocked reading it; undefined when that is unknown. */
  readsTerminal(leader: number): boolean | undefined;
  /** Appends an event. */
  logEvent(event: "flagged" | "unflagged", fields: Readonly<Record<string, unknown>>): void;
}

/** The parts of a session that this watches. */
export interface WatchedSession {
  pid(): number;
  readonly output: Pick<SessionOutput, "totalBytes" | "recent" | "awaitQuiet" | "watch">;
  readonly freezer: { readonly isFrozen: boolean };
  readonly clients: { readonly count: number };
}

/**
 * Watches a worker for waits that it does not report by `flag`, and raises and clears their flag. It looks only when the
 * program has fallen quiet, and runs no timer of its own but one, while a person is attached to a program that waits.
 */
export class WaitingWatch {
  readonly #deps: WaitingDeps;
  readonly #paths: SessionPaths;
  readonly #command: string;
  readonly #session: WatchedSession;
  readonly #stop = new AbortController();
  #hook: HookReport | undefined;
  #inputOffset = 0;
  /** The state at the last {@linkcode onBusy}. */
  #busy: { readonly hook: HookReport | undefined; readonly outputBytes: number } | undefined;
  #personAtMs: number | undefined;
  #isRechecking = false;

  constructor(deps: WaitingDeps, paths: SessionPaths, command: string, session: WatchedSession) {
    this.#deps = deps;
    this.#paths = paths;
    this.#command = command;
    this.#session = session;
  }

  /** Starts to watch. Call it before the program runs, because it installs hooks. */
  open(): void {
    this.#installHooks();
    this.#session.output.watch(this);
  }

  /** Writes the scripts that install the hooks of the model CLIs that the worker's command names. */
  #installHooks(): void {
    const hooks = hooksFor(this.#command);
    if (hooks.length === 0) return;
    const { files } = this.#deps.store;
    files.makeDir(this.#paths.hooks);
    for (const { file } of hooks) if (file !== undefined) files.write(join(this.#paths.hooks, file.name), file.text);
    files.write(this.#paths.hookSetup, hooks.map(({ script }) => script(this.#paths.hooks)).join(""));
  }

  onHook(report: HookReport): void {
    this.#hook = report;
    if (report.state === "working") this.#clear();
    else this.#session.output.awaitQuiet();
  }

  /** Called with each input but a terminal's own answers: it answers whatever was shown before. */
  onInput(): void {
    this.#hook = undefined;
    this.#inputOffset = this.#session.output.totalBytes;
    this.onPerson();
    if (this.#current !== undefined) this.#session.output.awaitQuiet();
  }

  /** Called when a person attaches. */
  onPerson(): void {
    this.#personAtMs = this.#deps.clock.monotonic();
  }

  /**
   * Called while the program prints for seconds: it works. Only signs from before the previous call are forgotten, since the
   * newest output may end in a dialog.
   */
  onBusy(): void {
    if (this.#hook === this.#busy?.hook) this.#hook = undefined;
    this.#inputOffset = Math.max(this.#inputOffset, this.#busy?.outputBytes ?? 0);
    this.#busy = { hook: this.#hook, outputBytes: this.#session.output.totalBytes };
    this.#clear();
  }

  /** Called when the program has printed nothing for some seconds. */
  onQuiet(): void {
    if (this.#stop.signal.aborted) return;
    const current = this.#current;
    const found = this.#judge(current, this.#isPersonThere);
    if (found === undefined && this.#isPersonThere && this.#judge(current, false) !== undefined) void this.#recheck();
    if (isSameWaiting(current, found)) return;
    if (found === undefined) this.#clear();
    else this.#raise(found);
  }

  /** Clears the flag of a session that is over. */
  close(): void {
    this.#stop.abort();
    this.#clear();
  }

  get #current(): Waiting | undefined {
    return readWaiting(this.#deps.store, this.#paths.id);
  }

  get #isPersonThere(): boolean {
    return this.#session.clients.count > 0 && this.#presenceLeftMs > 0;
  }

  get #presenceLeftMs(): number {
    if (this.#personAtMs === undefined) return 0;
    return this.#personAtMs + PRESENCE_MS - this.#deps.clock.monotonic();
  }

  #judge(current: Waiting | undefined, isPersonThere: boolean): Waiting | undefined {
    const { store, readsTerminal } = this.#deps;
    const output = this.#session.output.recent(this.#inputOffset, TAIL_BYTES);
    const tail = readTail(output, output.length === TAIL_BYTES);
    return judgeWaiting(
      {
        isFrozen: this.#session.freezer.isFrozen,
        isPersonThere,
        hasFlag: readNote(store, this.#paths.id) !== undefined,
        hook: this.#hook,
        tail,
        readsTerminal: readsTerminal(this.#session.pid()),
        dialog: findDialog(this.#command, tail.text),
      },
      current,
    );
  }

  #raise(waiting: Waiting): void {
    const since = new Date(this.#deps.clock.now()).toISOString();
    writeWaiting(this.#deps.store, this.#paths.id, { ...waiting, since });
    this.#deps.logEvent("flagged", { session: this.#paths.id, note: waitingNote(waiting), source: waiting.source });
  }

  #clear(): void {
    const source = this.#current?.source;
    if (!clearWaiting(this.#deps.store, this.#paths.id)) return;
    this.#deps.logEvent("unflagged", { session: this.#paths.id, ...(source === undefined ? {} : { source }) });
  }

  /** Looks again when the person has left or done nothing for a while. */
  async #recheck(): Promise<void> {
    if (this.#isRechecking) return;
    this.#isRechecking = true;
    await this.#deps.clock.sleep(this.#presenceLeftMs + 1, this.#stop.signal);
    this.#isRechecking = false;
    this.onQuiet();
  }
}
