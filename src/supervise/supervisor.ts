import { expected } from "../core/error.ts";
import type { Status } from "../core/session/record.ts";
import type { FrozenBy, KillBy } from "../core/session/request.ts";
import { clip } from "../core/text.ts";
import type { SessionPaths, SessionStore } from "../store/session/session-paths.ts";
import type { Size } from "../sys/tty.ts";
import { Clients } from "./attach/clients.ts";
import { Resizer } from "./attach/resizer.ts";
import type { CreateSessionDeps, SessionSpec } from "./create-session.ts";
import { type Ending, endGroup } from "./freeze/end-processes.ts";
import { Freezer, type FreezerDeps, type Frozen } from "./freeze/freezer.ts";
import { canRun, finalStatus, nextPhase, type Phase, type PhaseEvent, refuseIfKilled } from "./phase.ts";
import { isTerminalAnswer } from "./screen/replay-filter.ts";
import type { Format } from "./screen/screenshot.ts";
import type { SessionOutput, SessionOutputDeps } from "./session-output.ts";
import { Program, type ProgramDeps } from "./session-program.ts";
import type { SessionRecord } from "./session-record.ts";
import { SpendGuard, type SpendGuardDeps, type WorkerSpendSpec } from "./spend/spend-guard.ts";
import { Typist } from "./typing/typist.ts";
import { type WaitingDeps, WaitingWatch } from "./waiting/waiting-watch.ts";
import { ControlSocket } from "./wire/control-socket.ts";
import { handleRequest, type SupervisedSession } from "./wire/handle-request.ts";
import { listenForSession } from "./wire/listen.ts";

/** The most time clients get to receive their last bytes, in milliseconds. */
const DRAIN_TIMEOUT_MS = 2_000;

/** The most of a stack trace that is recorded as the reason of a crash, in characters. */
const REASON_CHARACTERS = 2_000;

export interface SupervisorDeps extends CreateSessionDeps, FreezerDeps, ProgramDeps, SessionOutputDeps, WaitingDeps {
  readonly store: SessionStore;
  /** Loads what the spend guard of a worker needs; other sessions do without. */
  loadSpendGuard(): Promise<SpendGuardDeps>;
  /** Calls `onError` with every uncaught error, after which this process lives on. */
  onCrash(onError: (error: unknown) => void): void;
  /** Aborted when this process is asked to end: the session is killed in order. */
  readonly stop: AbortSignal;
  /** Returns a picture of the session's screen as JSON text, drawn by another process. */
  draw(id: string, format: Format, trim: boolean): Promise<string>;
}

export interface SupervisorSpec extends SessionSpec {
  /** Set for a worker: the terms of its spending. */
  readonly worker?: WorkerSpendSpec | undefined;
  readonly size: Size;
  readonly logMaxBytes: number;
}

/** Owns one session: its program, its record, its sockets and its money. */
export class Supervisor implements SupervisedSession {
  readonly #deps: SupervisorDeps;
  readonly #spec: SupervisorSpec;
  readonly #paths: SessionPaths;
  readonly #record: SessionRecord;
  readonly output: SessionOutput;
  readonly clients: Clients;
  readonly #socket: ControlSocket;
  readonly #resizer: Resizer;
  readonly freezer: Freezer;
  readonly typist: Typist;
  readonly #recorded = Promise.withResolvers<void>();
  readonly #over = Promise.withResolvers<void>();
  #phase: Phase = { kind: "starting", killedBy: undefined };
  #spendGuard: SpendGuard | undefined;
  waiting: WaitingWatch | undefined;
  #closeListeners = () => {};

  constructor(
    deps: SupervisorDeps,
    spec: SupervisorSpec,
    paths: SessionPaths,
    record: SessionRecord,
    output: SessionOutput,
  ) {
    this.#deps = deps;
    this.#spec = spec;
    this.#paths = paths;
    this.#record = record;
    this.output = output;
    this.freezer = new Freezer(deps, paths.id);
    this.#resizer = new Resizer(deps.clock, spec.size, (size) => this.#applySize(size));
    this.clients = new Clients({
      replay: () => output.replay(),
      input: (bytes) => this.typist.passOn(bytes),
      resize: (size) => this.resize(size),
      redraw: () => this.#resizer.jiggle(),
    });
    const program = { write: (bytes: Uint8Array) => this.input(bytes), unread: () => this.#program?.unread() };
    this.typist = new Typist(deps.clock, program, output, this.clients);
    this.#socket = new ControlSocket({
      clock: deps.clock,
      reply: (request) => handleRequest(this, request),
      attach: (connection, size, isReadOnly) => {
        if (!isReadOnly) this.waiting?.onPerson();
        return this.clients.add(connection, size, isReadOnly);
      },
    });
  }

  /** Resolves when the record is final, the clients are told, and the sockets are closed. Rejects after a crash. */
  get ended(): Promise<void> {
    return this.#over.promise;
  }

  /** Opens the sockets, then the money, then the program, so that no output is missed. */
  async start(): Promise<Program> {
    try {
      this.#closeListeners = await listenForSession(this.#deps.sockets, this.#paths, (it) => this.#socket.accept(it));
      await this.#openSpendGuard();
      refuseIfKilled(this.#phase, this.#spec.id);
      const program = this.#open();
      this.#deps.stop.addEventListener("abort", () => void this.kill("unknown"));
      if (this.#deps.stop.aborted) void this.kill("unknown");
      return program;
    } catch (error) {
      this.#close({ ...finalStatus(this.#phase), reason: error instanceof Error ? error.message : `${error}` });
      await this.#spendGuard?.close(false);
      this.#closeListeners();
      await this.#socket.finish(DRAIN_TIMEOUT_MS);
      throw error;
    }
  }

  async #openSpendGuard(): Promise<void> {
    const { worker } = this.#spec;
    if (worker === undefined) return;
    this.#spendGuard = new SpendGuard(await this.#deps.loadSpendGuard(), this.#paths, worker, {
      freeze: async (reason) => void (await this.freeze("budget", reason)),
      kill: async () => void (await this.kill("budget")),
      isStopped: () => this.freezer.isFrozen || !canRun(this.#phase),
    });
    await this.#spendGuard.open();
    const watched = { pid: () => this.#pid, output: this.output, freezer: this.freezer, clients: this.clients };
    this.waiting = new WaitingWatch(this.#deps, this.#paths, worker.command, watched);
    this.waiting.open();
  }

  #open(): Program {
    const { argv, cwd, size } = this.#spec;
    const program = new Program(this.#deps, this.freezer, {
      argv,
      cwd,
      size,
      endsAll: this.#spec.worker !== undefined,
      onOutput: (bytes) => this.#onOutput(bytes),
      onDrain: () => this.clients.drain(),
      onExit: (code) => void this.#onExit(code),
    });
    this.#enter({ kind: "opened", program });
    const { pid, identity: child } = program;
    this.#record.writeChange({ state: "running", child_pid: pid, size, ...(child === undefined ? {} : { child }) });
    return program;
  }

  /** Returns true when the event changes the state. */
  #enter(event: PhaseEvent): boolean {
    const before = this.#phase;
    this.#phase = nextPhase(before, event);
    return this.#phase !== before;
  }

  get #program(): Program | undefined {
    return this.#phase.kind === "starting" ? undefined : this.#phase.program;
  }

  /** The program's process id, or 0 before there is one. */
  get #pid(): number {
    return this.#program?.pid ?? 0;
  }

  #onOutput(bytes: Uint8Array): void {
    const dropped = this.output.droppedBytes;
    this.output.push(bytes);
    this.clients.sendOutput(bytes);
    const { droppedBytes } = this.output;
    if (droppedBytes > dropped) this.#record.noteDetail({ dropped_bytes: droppedBytes });
  }

  #applySize(size: Size): void {
    this.#program?.resize(size);
    this.#record.noteDetail({ size: this.#resizer.size });
  }

  /** Called when the program has ended and all its output was read. */
  async #onExit(code: number): Promise<void> {
    const before = this.#phase;
    const program = this.#program;
    this.#enter({ kind: "exited" });
    if (program === undefined || this.#phase.kind === "crashed") return;
    program.close();
    if (this.#phase.kind === "restarting" && this.#reopen()) return;
    await this.#finish(program, before, before.kind === "restarting" ? 1 : code);
  }

  #reopen(): boolean {
    try {
      this.#open();
      return true;
    } catch (error) {
      expected(error);
      this.#enter({ kind: "reopen-failed" });
      return false;
    }
  }

  async #finish(program: Program, phase: Phase, code: number): Promise<void> {
    const status = finalStatus(phase, code);
    this.#close({ ...status, child_pid: null, left_over: program.hasLiveGroup });
    this.clients.sendExit(status.state === "killed", status.exit_code ?? undefined);
    await this.freezer.endFrozen(program.pid);
    await this.#spendGuard?.close(true);
    // A kill may still be ending the rest of the group, and has yet to answer.
    await program.ending;
    this.#closeListeners();
    await this.#socket.finish(DRAIN_TIMEOUT_MS);
    this.#over.resolve();
  }

  /** Writes the final record and closes the transcript. A kill that waits for the record goes on. */
  #close(end: Parameters<SessionRecord["writeChange"]>[0]): void {
    this.#record.writeChange({ ...end, dropped_bytes: this.output.droppedBytes });
    this.#recorded.resolve();
    this.waiting?.close();
    this.typist.close();
    this.output.close();
  }

  /**
   * Ends the session after a bug in the supervisor. The stack trace is recorded first, since this process may not get
   * far. From then on only timers and signals are trusted: the program gets its hang-up, and the session ends.
   */
  async crash(error: unknown): Promise<void> {
    if (!this.#enter({ kind: "crash" })) return;
    const reason = `the supervisor failed: ${error instanceof Error ? (error.stack ?? error.message) : error}`;
    this.#record.writeChange({ reason: clip(reason, REASON_CHARACTERS) });
    const rest = this.freezer.endFrozen(this.#pid);
    const { isGone, signal = "SIGHUP" } = await endGroup(this.#deps.clock, this.#deps.groups, this.#pid);
    await rest;
    this.#program?.close();
    this.#close({ state: "killed", child_pid: null, ended_by: "unknown", signal, left_over: !isGone });
    this.clients.sendExit(true, undefined);
    this.#closeListeners();
    await this.#socket.finish(DRAIN_TIMEOUT_MS);
    this.#over.reject(error);
  }

  get status(): Status {
    return this.#record.status;
  }

  get screenSeq(): number {
    return this.#program?.reads ?? 0;
  }

  get size(): Size {
    return this.#resizer.size;
  }

  input(bytes: Uint8Array): number {
    if (!isTerminalAnswer(bytes)) this.waiting?.onInput();
    this.#record.markEnter(bytes);
    return this.#program?.write(bytes) ?? 0;
  }

  resize(size: Size): void {
    this.#resizer.set(size);
  }

  restart(): void {
    if (!this.freezer.isFrozen && this.#enter({ kind: "restart" })) void this.#program?.end();
  }

  async kill(by: KillBy | "unknown"): Promise<Ending> {
    this.#enter({ kind: "kill", by });
    const ending = (await this.#program?.end()) ?? { isGone: true, signal: undefined };
    if (ending.isGone) await this.#recorded.promise;
    return ending;
  }

  async freeze(by: FrozenBy, reason: string): Promise<Frozen> {
    const frozen = await this.freezer.freeze(this.#pid, by, reason);
    this.#spendGuard?.suspend();
    return frozen;
  }

  async thaw(budgetUsd: number | undefined): Promise<number | string> {
    // A worker that runs could otherwise raise its own cap through its socket.
    if (!this.freezer.isFrozen) return budgetUsd === undefined ? 0 : "it is not frozen, so its cap stays";
    return (await this.#spendGuard?.resume(budgetUsd)) ?? this.freezer.thaw(this.#pid);
  }

  checkSpend(): void {
    this.#spendGuard?.check();
  }

  draw(format: Format, trim: boolean): Promise<string> {
    return this.#deps.draw(this.#spec.id, format, trim);
  }
}
