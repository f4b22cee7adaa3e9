import type { EndedBy } from "../core/session/record.ts";
import type { KillBy, Request } from "../core/session/request.ts";
import { clip } from "../core/text.ts";
import type { SessionPaths } from "../store/session/session-paths.ts";
import type { Groups, GrowingFile } from "../sys/sys.ts";
import type { Pty, Ptys, Size } from "../sys/tty.ts";
import { Clients } from "./attach/clients.ts";
import { Resizer } from "./attach/resizer.ts";
import { type CreateSessionDeps, createSession, type SessionSpec } from "./create-session.ts";
import { Custody, type CustodyDeps } from "./freeze/custody.ts";
import { type Ending, endGroup } from "./freeze/end-processes.ts";
import { IdleDetector } from "./idle-detector.ts";
import { Scrollback } from "./screen/scrollback.ts";
import { SessionRecord } from "./session-record.ts";
import type { WorkerSpendSpec } from "./spend/spend-guard.ts";
import { Transcript } from "./transcript/transcript.ts";
import { ControlSocket } from "./wire/control-socket.ts";
import { handleRequest } from "./wire/handle-request.ts";
import { listenForSession } from "./wire/listen.ts";

/** How long clients may take for their last bytes, in milliseconds. */
const FAREWELL_MS = 2_000;

/** How much of a stack is kept as the reason of a crash, in characters. */
const REASON_CHARACTERS = 2_000;

export interface SupervisorDeps extends CreateSessionDeps, CustodyDeps {
  readonly groups: Groups;
  readonly ptys: Ptys;
  createLog(path: string): GrowingFile;
  /** Gives back memory that is not needed for now. */
  releaseMemory(): void;
  /** Calls `told` with what nobody caught; this process then lives on. */
  onCrash(told: (error: unknown) => void): void;
  /** Asks this process to end: an orderly kill. */
  readonly stop: AbortSignal;
  /** A picture of the session's screen as JSON text, drawn by another process. */
  draw(id: string, format: "plain" | "ansi" | "json", trim: boolean): Promise<string>;
}

export interface SupervisorSpec extends SessionSpec {
  /** Of a worker: what its money is about. */
  readonly worker?: WorkerSpendSpec | undefined;
  readonly size: Size;
  readonly logMaxBytes: number;
}

/**
 * Supervises one session to its end. Calls `onReady` once its program runs; throws a LooopError with the reason when
 * that does not come about, after leaving a final record where it had begun one. A bug of ours is thrown as it is, at
 * the end that it brings about.
 */
export async function supervise(edge: SupervisorDeps, spec: SupervisorSpec, onReady: (pid: number) => void) {
  const paths = await createSession(edge, spec);
  const session = new Supervisor(edge, spec, paths);
  await session.start();
  edge.onCrash((error) => void session.crash(error));
  onReady(session.pid);
  await session.ended;
}

class Supervisor {
  readonly #edge: SupervisorDeps;
  readonly #spec: SupervisorSpec;
  readonly #paths: SessionPaths;
  readonly #record: SessionRecord;
  readonly #backlog = new Scrollback();
  readonly #clients: Clients;
  readonly #control: ControlSocket;
  readonly #sizer: Resizer;
  readonly #custody: Custody;
  readonly #recorded = Promise.withResolvers<void>();
  readonly #over = Promise.withResolvers<void>();
  #transcript: Transcript | undefined;
  #pty: Pty | undefined;
  #quiet: IdleDetector | undefined;
  #reads = 0;
  #ending: Promise<Ending> | undefined;
  #signal: string | undefined;
  #endedBy: EndedBy = "unknown";
  #isRestarting = false;
  #hasCrashed = false;
  #closeSockets = () => {};

  constructor(edge: SupervisorDeps, spec: SupervisorSpec, paths: SessionPaths) {
    this.#edge = edge;
    this.#spec = spec;
    this.#paths = paths;
    this.#record = new SessionRecord(edge.store, edge.clock, paths);
    this.#custody = new Custody(edge, paths, {
      pid: () => this.pid,
      stop: () => this.#kill("budget"),
      isEnding: () => this.#ending !== undefined,
    });
    this.#sizer = new Resizer(edge.clock, spec.size, (size) => this.#resize(size));
    this.#clients = new Clients({
      replay: () => this.#backlog.replay(),
      input: (bytes) => this.#type(bytes),
      resize: (size) => this.#sizer.set(size),
      redraw: () => this.#sizer.jiggle(),
    });
    this.#control = new ControlSocket({
      clock: edge.clock,
      answer: (request) => this.#answer(request),
      attach: (connection, size) => this.#clients.add(connection, size),
    });
  }

  /** Of the program, which also names its group. */
  get pid(): number {
    return this.#pty?.pid ?? 0;
  }

  /** Resolves when everything is over: record written, clients told, sockets gone. */
  get ended(): Promise<void> {
    return this.#over.promise;
  }

  /** Sockets and log first, so that nothing the program says is missed. */
  async start(): Promise<void> {
    try {
      this.#transcript = new Transcript(this.#edge.createLog(this.#paths.log), this.#spec.logMaxBytes);
      this.#closeSockets = await listenForSession(this.#edge.sockets, this.#paths, (it) => this.#control.accept(it));
      await this.#custody.open(this.#spec.worker);
      this.#open();
    } catch (error) {
      await this.#custody.close(false);
      this.#record.writeChange({ state: "exited", reason: error instanceof Error ? error.message : `${error}` });
      this.#closeSockets();
      await this.#control.finish(FAREWELL_MS);
      throw error;
    }
    this.#quiet = new IdleDetector(this.#edge.clock, this.#edge.releaseMemory);
    this.#edge.stop.addEventListener("abort", () => void this.#kill("unknown"));
    if (this.#edge.stop.aborted) void this.#kill("unknown");
  }

  #open(): void {
    const { argv, cwd, size } = this.#spec;
    this.#pty = this.#edge.ptys.open({
      argv,
      cwd,
      size,
      onOutput: (bytes) => this.#hear(bytes),
      onDrain: () => this.#clients.drain(),
      onExit: (code) => void this.#finish(code),
    });
    const { identity: child } = this.#pty;
    this.#record.writeChange({
      state: "running",
      child_pid: this.#pty.pid,
      size,
      ...(child === undefined ? {} : { child }),
    });
  }

  #hear(bytes: Uint8Array): void {
    const dropped = this.#transcript?.droppedBytes ?? 0;
    this.#reads += 1;
    this.#transcript?.append(bytes);
    this.#backlog.push(bytes);
    this.#clients.sendOutput(bytes);
    this.#quiet?.hear(bytes.length);
    const now = this.#transcript?.droppedBytes ?? 0;
    if (now > dropped) this.#record.noteDetail({ dropped_bytes: now });
  }

  #type(bytes: Uint8Array): number {
    this.#record.markEnter(bytes);
    return this.#pty?.write(bytes) ?? 0;
  }

  #resize(size: Size): void {
    this.#pty?.resize(size);
    this.#record.noteDetail({ size: this.#sizer.size });
  }

  /** Ends the program and its group, and resolves when that is on record; the same end for all who ask. */
  async #kill(by: KillBy | "unknown"): Promise<Ending> {
    if (this.#ending === undefined) this.#endedBy = by;
    this.#isRestarting = false;
    this.#ending ??= this.#endChild();
    const ending = await this.#ending;
    if (ending.isGone) await this.#recorded.promise;
    return ending;
  }

  async #endChild(): Promise<Ending> {
    const [ending] = await Promise.all([
      endGroup(this.#edge.clock, this.#edge.groups, this.pid, (signal) => {
        this.#signal = signal;
      }),
      this.#custody.endRest(this.pid),
    ]);
    this.#pty?.hurry();
    return ending;
  }

  /**
   * A bug of ours: nobody reads our stack, so the record holds the reason, and at once, for we may not get far. Nothing
   * is trusted then but timers and signals: the program gets its hang-up, and the session ends.
   */
  async crash(error: unknown): Promise<void> {
    if (this.#hasCrashed) return;
    this.#hasCrashed = true;
    const reason = `the supervisor failed: ${error instanceof Error ? (error.stack ?? error.message) : error}`;
    this.#record.writeChange({ reason: clip(reason, REASON_CHARACTERS) });
    const rest = this.#custody.endRest(this.pid);
    const { isGone, signal = "SIGHUP" } = await endGroup(this.#edge.clock, this.#edge.groups, this.pid);
    await rest;
    this.#pty?.close();
    this.#close({ state: "killed", child_pid: null, ended_by: "unknown", signal, left_over: !isGone });
    this.#clients.sendExit(true, undefined);
    this.#closeSockets();
    await this.#control.finish(FAREWELL_MS);
    this.#over.reject(error);
  }

  #restart(): void {
    if (this.#ending !== undefined || this.#isRestarting || this.#custody.isFrozen) return;
    this.#isRestarting = true;
    void this.#endChild();
  }

  /** The program has ended and all its output was heard. */
  async #finish(code: number): Promise<void> {
    if (this.#hasCrashed) return;
    this.#pty?.close();
    if (this.#isRestarting) return this.#reopen();
    const { groups } = this.#edge;
    const isKilled = this.#signal !== undefined;
    // After a signal of ours, 1 is how the PTY library shows a death by it: no code at all.
    const exitCode = isKilled && code === 1 ? undefined : code;
    this.#close({
      state: isKilled ? "killed" : "exited",
      child_pid: null,
      exit_code: exitCode ?? null,
      ended_by: isKilled ? this.#endedBy : "exit",
      left_over: groups.alive(this.pid),
      ...(this.#signal === undefined ? {} : { signal: this.#signal }),
    });
    this.#clients.sendExit(isKilled, exitCode);
    await this.#custody.endRest();
    await this.#custody.close(true);
    // An end that is under way still has the rest of the group to see to, and its answer to give.
    await this.#ending;
    this.#closeSockets();
    await this.#control.finish(FAREWELL_MS);
    this.#over.resolve();
  }

  /** The last words on disk. */
  #close(end: Parameters<SessionRecord["writeChange"]>[0]): void {
    this.#record.writeChange({ ...end, dropped_bytes: this.#transcript?.droppedBytes ?? 0 });
    this.#recorded.resolve();
    this.#quiet?.stop();
    this.#transcript?.close();
  }

  #reopen(): void {
    this.#isRestarting = false;
    this.#signal = undefined;
    this.#reads = 0;
    try {
      this.#open();
    } catch {
      void this.#finish(1);
    }
  }

  async #answer(request: Exclude<Request, { op: "attach" }>): Promise<string> {
    return handleRequest(
      {
        files: this.#edge.store.files,
        logPath: this.#paths.log,
        status: () => this.#record.status,
        outputBytes: () => this.#transcript?.sizeBytes ?? 0,
        screenSeq: () => this.#reads,
        size: () => this.#sizer.size,
        input: (bytes) => this.#type(bytes),
        resize: (size) => this.#sizer.set(size),
        replay: () => this.#backlog.replay(),
        detach: () => this.#clients.detachAll(),
        restart: () => this.#restart(),
        kill: (by) => this.#kill(by),
        freeze: (by, reason) => this.#custody.freeze(by, reason),
        thaw: (budgetUsd) => this.#custody.thaw(budgetUsd),
        spent: () => this.#custody.spent(),
        draw: (format, trim) => this.#edge.draw(this.#spec.id, format, trim),
      },
      request,
    );
  }
}
