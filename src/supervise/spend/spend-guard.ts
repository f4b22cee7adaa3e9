import { EXIT, expected, LooopError } from "../../core/error.ts";
import { type Budget, OWN_COMMAND, workerReserveUsd } from "../../core/money/budget.ts";
import type { Metered } from "../../core/money/call.ts";
import type { Prices } from "../../core/money/prices.ts";
import { spentBy, type WorkerSpend } from "../../core/money/worker-spend.ts";
import { bareWorker } from "../../core/names.ts";
import { type ReportedRequest, telemetryScript } from "../../core/telemetry/agent-export.ts";
import type { Measured } from "../../core/telemetry/metrics.ts";
import { appendEvent } from "../../store/events.ts";
import { recordCall } from "../../store/money/ledger.ts";
import {
  type BudgetDeps,
  type BudgetHold,
  checkHeadroom,
  type Reservation,
  reserve,
  type SpendRequest,
} from "../../store/money/reserve.ts";
import { readWorkerSpend, writeWorkerSpend } from "../../store/money/worker-spend.ts";
import { commandPrefix } from "../../store/paths.ts";
import { writeNote } from "../../store/session/note.ts";
import type { SessionPaths, SessionStore } from "../../store/session/session-paths.ts";
import { bookRequests } from "./book-requests.ts";
import { listenForTelemetry, type TelemetryDeps } from "./telemetry.ts";
import { thawCap } from "./thaw-cap.ts";

/** The terms of a worker's spending. */
export interface WorkerSpendSpec {
  readonly runner: string;
  /** Shell text of its command; it names the model where the runner's name does not. */
  readonly command: string;
  /** The caps as its starter read them, so that its start need not wait for the config to be read again. */
  readonly caps: Budget | undefined;
  /** Its own cap, in USD. */
  readonly capUsd: number | undefined;
  /** True when its runner never costs anything. */
  readonly isFree: boolean;
  /** True when its agents are asked to report their usage. */
  readonly isMetered: boolean;
}

export interface SpendGuardDeps extends TelemetryDeps {
  readonly budget: BudgetDeps;
  readonly store: SessionStore;
  /** Reads the current caps and prices. Throws when the config is broken. */
  settings(): Promise<{ readonly budget: Budget | undefined; readonly prices: Prices }>;
  /** Sends calls to the collector named in the config, if there is one. Returns at once, and never fails. */
  exportCalls(calls: readonly Measured[]): void;
}

/** The guard's means to stop a worker that reaches a cap. */
export interface WorkerControl {
  freeze(reason: string): Promise<void>;
  kill(): Promise<void>;
  /** Returns true when the worker is frozen, ending or over. */
  isStopped(): boolean;
}

/** Guards the spend of one worker: reserves money for it, books its requests, and stops it when it reaches a cap. */
export class SpendGuard {
  readonly #deps: SpendGuardDeps;
  readonly #paths: SessionPaths;
  readonly #worker: WorkerSpendSpec;
  readonly #brakes: WorkerControl;
  #settings: { readonly budget: Budget | undefined; readonly prices: Prices };
  #reservation: Reservation | undefined;
  #work: Promise<void> = Promise.resolve();
  #closeTelemetry = () => {};

  constructor(deps: SpendGuardDeps, paths: SessionPaths, worker: WorkerSpendSpec, brakes: WorkerControl) {
    this.#deps = deps;
    this.#paths = paths;
    this.#worker = worker;
    this.#brakes = brakes;
    this.#settings = { budget: worker.caps, prices: {} };
  }

  /** Reserves money and listens for usage, before the program runs. Throws (exit 7) when a cap leaves no headroom. */
  async open(): Promise<void> {
    writeWorkerSpend(this.#deps.budget.files, this.#paths.spend, this.#noSpend);
    const held = await this.#reserve(this.#settings.budget);
    if (held !== undefined) {
      throw new LooopError({
        message: `Cannot start the worker ${bareWorker(this.#paths.id)}: held: ${held.reason}`,
        hint: "See `looop cost today`; the caps are in the config, under [budget]",
        exit: EXIT.held,
      });
    }
    if (this.#worker.isMetered) await this.#openTelemetry();
  }

  async #openTelemetry(): Promise<void> {
    const { endpoint, close } = await listenForTelemetry(this.#deps, (reports) => this.#book(reports));
    this.#closeTelemetry = close;
    // In a file, because every user can read the arguments of a process.
    this.#deps.store.files.write(this.#paths.telemetry, telemetryScript(endpoint));
    this.#logEvent("metered", {});
  }

  #book(reports: readonly ReportedRequest[]): void {
    this.#enqueue(async () => {
      const { prices } = await this.#readSettings();
      const source = { call: this.#call, command: this.#worker.command, path: this.#paths.spend };
      this.#deps.exportCalls(await bookRequests(this.#deps.budget, source, reports, prices));
      await this.#enforceCaps();
    });
  }

  /** Checks the caps: the worker has just booked its own report. */
  check(): void {
    this.#enqueue(() => this.#enforceCaps());
  }

  async #enforceCaps(): Promise<void> {
    if (this.#brakes.isStopped()) return;
    const held = await this.#checkHeadroom();
    if (held === undefined) return;
    this.#logEvent("over_budget", { reason: held.reason });
    const { budget } = await this.#readSettings();
    if (budget?.onBreach === "stop") return this.#brakes.kill();
    const looop = `${commandPrefix(this.#deps.budget.paths)}looop`;
    const id = bareWorker(this.#paths.id);
    const note = `over budget, so it is frozen: ${held.reason}. Go on: ${looop} thaw ${id} --budget <usd>, or end it: ${looop} kill ${id}`;
    await this.#brakes.freeze(note);
    writeNote(this.#deps.store, this.#paths.id, note);
    this.#logEvent("flagged", { note });
  }

  /** Returns what holds the worker; undefined when it may go on. The reservation follows its most expensive request. */
  async #checkHeadroom(): Promise<BudgetHold | undefined> {
    const { budget } = await this.#readSettings();
    if (budget === undefined || this.#worker.isFree) return undefined;
    const found = await checkHeadroom(this.#deps.budget, budget, this.#spendRequest);
    if (found.kind === "room") this.#reservation?.growTo(found.reserveUsd);
    else this.suspend();
    return found.kind === "held" ? found : undefined;
  }

  /** Releases the reservation of a worker that is frozen. */
  suspend(): void {
    this.#reservation?.release();
    this.#reservation = undefined;
  }

  /** Reserves money for a worker that is thawed; see {@linkcode thawCap}. Returns why it cannot go on, or undefined. */
  async resume(askedUsd: number | undefined): Promise<string | undefined> {
    await this.#work;
    const { files } = this.#deps.budget;
    const { budget } = await this.#readSettings();
    const before = this.#spend;
    const cap = thawCap(before, budget?.workerUsd, askedUsd);
    if (cap.kind === "refused") return cap.reason;
    writeWorkerSpend(files, this.#paths.spend, { ...before, capUsd: cap.capUsd });
    const held = await this.#reserve(budget);
    if (held === undefined) return undefined;
    writeWorkerSpend(files, this.#paths.spend, before);
    return `held: ${held.reason}`;
  }

  /** Books what is still queued and releases the reservation. `didRun` is true when the program ever ran. */
  async close(didRun: boolean): Promise<void> {
    this.#closeTelemetry();
    await this.#work;
    if (didRun) this.#bookUnreportedRun();
    // Last: after a kill before this line, the next reader of the budget finds the reservation, and books the run.
    this.suspend();
  }

  /** A model runner that reported nothing gets a row of unknown cost. */
  #bookUnreportedRun(): void {
    const spend = this.#spend;
    if (!this.#callsModel || spend.rows > 0) return;
    const { files, paths, clock } = this.#deps.budget;
    writeWorkerSpend(files, this.#paths.spend, { ...spend, rows: 1 });
    recordCall(files, paths, { ...this.#call, source: "unknown" }, clock.now());
  }

  get #call(): Metered {
    return { kind: "session", id: bareWorker(this.#paths.id), runner: this.#worker.runner };
  }

  /** True when its runner is known to call a model that costs money, even if it reports no usage. */
  get #callsModel(): boolean {
    return !this.#worker.isFree && this.#worker.runner !== OWN_COMMAND;
  }

  get #noSpend(): WorkerSpend {
    const { runner, capUsd } = this.#worker;
    return { runner, capUsd, meteredUsd: 0, selfUsd: 0, maxRequestUsd: 0, rows: 0 };
  }

  get #spend(): WorkerSpend {
    return readWorkerSpend(this.#deps.budget.files, this.#paths.spend) ?? this.#noSpend;
  }

  get #spendRequest(): SpendRequest {
    const spend = this.#spend;
    return {
      kind: "worker",
      key: this.#paths.id,
      goal: bareWorker(this.#paths.id),
      runner: this.#worker.runner,
      ownUsd: spend.capUsd,
      ownSpentUsd: spentBy(spend),
      reserveUsd: () => workerReserveUsd(spend.maxRequestUsd),
    };
  }

  async #reserve(budget: Budget | undefined): Promise<BudgetHold | undefined> {
    const caps = this.#worker.isFree ? undefined : budget;
    const found = await reserve(this.#deps.budget, caps, this.#spendRequest);
    if (found.kind === "held") return found;
    this.#reservation = found;
    if (this.#callsModel) found.begin(this.#call);
    return undefined;
  }

  /** Returns the last settings that could be read: a config that breaks later does not stop a running worker. */
  async #readSettings() {
    try {
      this.#settings = await this.#deps.settings();
    } catch (error) {
      expected(error);
    }
    return this.#settings;
  }

  #logEvent(kind: "metered" | "over_budget" | "flagged", fields: Record<string, string>): void {
    const { files, clock, paths } = this.#deps.budget;
    appendEvent(files, clock, paths.events, kind, { session: this.#paths.id, ...fields });
  }

  /**
   * Runs steps one after another, so that each check sees all that was booked before. A step that fails (a full disk, a
   * broken config) freezes the worker: it must not end for that, nor spend unseen.
   */
  #enqueue(step: () => Promise<void>): void {
    this.#work = this.#work.then(step).catch(async (error: unknown) => {
      if (this.#brakes.isStopped()) return;
      await this.#brakes.freeze(`its spend cannot be booked: ${error instanceof Error ? error.message : error}`);
    });
  }
}
