import { bareWorker } from "../../core/names.ts";
import { type ReportedRequest, telemetryScript } from "../../core/telemetry/agent-export.ts";
import { appendEvent } from "../../store/events.ts";
import { commandPrefix } from "../../store/paths.ts";
import { writeNote } from "../../store/session/note.ts";
import type { SessionPaths, SessionStore } from "../../store/session/session-paths.ts";
import type { Clock } from "../../sys/sys.ts";
import { SpendGuard, type SpendGuardDeps, type WorkerSpendSpec } from "./spend-guard.ts";
import { listenForTelemetry, type TelemetryDeps } from "./telemetry.ts";

export interface AccountDeps extends SpendGuardDeps, TelemetryDeps {
  readonly clock: Clock;
  readonly store: SessionStore;
}

/** What can be done about a worker that has spent too much. */
export interface Brakes {
  freeze(reason: string): Promise<void>;
  stop(): Promise<void>;
  /** It stands still or ends already. */
  isStopped(): boolean;
}

/** The money of one worker while it runs: it is metered, held to its caps, and stopped when it passes one. */
export class Account {
  readonly #edge: AccountDeps;
  readonly #paths: SessionPaths;
  readonly #worker: WorkerSpendSpec;
  readonly #brakes: Brakes;
  readonly #till: SpendGuard;
  #work: Promise<void> = Promise.resolve();
  #closeTelemetry = () => {};

  constructor(edge: AccountDeps, paths: SessionPaths, worker: WorkerSpendSpec, brakes: Brakes) {
    this.#edge = edge;
    this.#paths = paths;
    this.#worker = worker;
    this.#brakes = brakes;
    this.#till = new SpendGuard(edge, paths.id, paths.spend, worker);
  }

  /** Before its program runs. Throws (exit 7) when there is no money for it. */
  async open(): Promise<void> {
    await this.#till.open();
    if (!this.#worker.isMetered) return;
    const { endpoint, close } = await listenForTelemetry(this.#edge, (reports) => this.#report(reports));
    this.#closeTelemetry = close;
    // In a file, because everybody may read the arguments of a process.
    this.#edge.store.files.write(this.#paths.telemetry, telemetryScript(endpoint));
    appendEvent(this.#edge.purse.files, this.#edge.clock, this.#edge.purse.paths.events, "metered", {
      session: this.#paths.id,
    });
  }

  /** One after another: each look at the caps sees all that was booked before. */
  #report(reports: readonly ReportedRequest[]): void {
    this.#after(async () => {
      await this.#till.book(reports);
      await this.#judge();
    });
  }

  /** The worker has said itself what it spent. */
  look(): void {
    this.#after(() => this.#judge());
  }

  async #judge(): Promise<void> {
    if (this.#brakes.isStopped()) return;
    const held = await this.#till.check();
    if (held === undefined) return;
    const { purse, store, clock } = this.#edge;
    const looop = `${commandPrefix(purse.paths)}looop`;
    const id = bareWorker(this.#paths.id);
    const event = { session: this.#paths.id, reason: held.reason };
    appendEvent(purse.files, clock, purse.paths.events, "over_budget", event);
    if ((await this.#till.onBreach()) === "stop") return this.#brakes.stop();
    const note = `over budget, so it is frozen: ${held.reason}. Go on: ${looop} thaw ${id} --budget <usd>, or end it: ${looop} kill ${id}`;
    await this.#brakes.freeze(note);
    writeNote(store, this.#paths.id, note);
    appendEvent(purse.files, clock, purse.paths.events, "flagged", { session: this.#paths.id, note });
  }

  suspend(): void {
    this.#till.suspend();
  }

  /** Why it must not go on; undefined when it may. */
  async resume(capUsd: number | undefined): Promise<string | undefined> {
    await this.#work;
    return this.#till.resume(capUsd);
  }

  /** `ran`: whether its program ever did. What is on its way is booked first. */
  async close(ran: boolean): Promise<void> {
    this.#closeTelemetry();
    await this.#work;
    if (ran) this.#till.close();
    else this.#till.suspend();
  }

  /** What fails leaves the session as it is: a full disk or a broken config must not end it, nor let it go on unseen. */
  #after(step: () => Promise<void>): void {
    this.#work = this.#work.then(step).catch(async (error: unknown) => {
      if (!this.#brakes.isStopped())
        await this.#brakes.freeze(`its spend cannot be booked: ${error instanceof Error ? error.message : error}`);
    });
  }
}
