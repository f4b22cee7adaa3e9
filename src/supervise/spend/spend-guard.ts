import { EXIT, expected, LooopError } from "../../core/error.ts";
import { type Budget, OWN_COMMAND, workerReserveUsd } from "../../core/money/budget.ts";
import { formatUsd, type Metered } from "../../core/money/call.ts";
import { modelIn, type Prices, priceOf, priceOfRunner, tokensUsd } from "../../core/money/prices.ts";
import { spentBy, type WorkerSpend, withRequest } from "../../core/money/worker-spend.ts";
import { bareWorker } from "../../core/names.ts";
import type { ReportedRequest } from "../../core/telemetry/agent-export.ts";
import type { Measured } from "../../core/telemetry/metrics.ts";
import { bookCall } from "../../store/money/book-call.ts";
import { recordCall } from "../../store/money/ledger.ts";
import {
  type BudgetDeps,
  checkHeadroom,
  type Reservation,
  type ReserveResult,
  reserve,
  type SpendRequest,
} from "../../store/money/reserve.ts";
import { readWorkerSpend, writeWorkerSpend } from "../../store/money/worker-spend.ts";

/** A worker, as far as its money goes. */
export interface WorkerSpendSpec {
  readonly runner: string;
  /** Shell text of its command: it tells the model, where the runner's name does not. */
  readonly command: string;
  /** The caps as its starter read them, so that its start need not wait for the config to be read again. */
  readonly caps: Budget | undefined;
  /** A cap of its own, in USD. */
  readonly capUsd: number | undefined;
  /** Whether it costs nothing by its nature. */
  readonly isFree: boolean;
  /** Whether its agents are asked to tell what they spend. */
  readonly isMetered: boolean;
}

export interface SpendGuardDeps {
  readonly purse: BudgetDeps;
  /** The caps and prices of now. Throws when the config is broken. */
  settings(): Promise<{ readonly budget: Budget | undefined; readonly prices: Prices }>;
  /** Sends what requests took to the collector of the config, if there is one. Returns at once, and never fails. */
  exportCalls(calls: readonly Measured[]): void;
}

/** Keeps one worker's account: its reserve, its rows in the ledger, and whether it may go on. */
export class SpendGuard {
  readonly #edge: SpendGuardDeps;
  readonly #id: string;
  readonly #path: string;
  readonly #worker: WorkerSpendSpec;
  #settings: { readonly budget: Budget | undefined; readonly prices: Prices };
  #funds: ReserveResult | undefined;

  /** `id` is the session's, `path` where its account is kept. */
  constructor(edge: SpendGuardDeps, id: string, path: string, worker: WorkerSpendSpec) {
    this.#edge = edge;
    this.#id = id;
    this.#path = path;
    this.#worker = worker;
    this.#settings = { budget: worker.caps, prices: {} };
  }

  /** Sets money aside before anything runs. Throws (exit 7) when there is none. */
  async open(): Promise<void> {
    const { runner, capUsd } = this.#worker;
    const none = { meteredUsd: 0, selfUsd: 0, highestUsd: 0, rows: 0 };
    writeWorkerSpend(this.#edge.purse.files, this.#path, { runner, capUsd, ...none });
    const held = await this.#reserve(this.#settings.budget);
    if (held === undefined) return;
    throw new LooopError({
      message: `Cannot start the worker ${bareWorker(this.#id)}: held: ${held.reason}`,
      hint: "See `looop cost today`; the caps are in the config, under [budget]",
      exit: EXIT.held,
    });
  }

  /** Books what agents reported, a row each. */
  async book(reports: readonly ReportedRequest[]): Promise<void> {
    const { purse } = this.#edge;
    const { prices } = await this.#known();
    const measured: Measured[] = [];
    for (const report of reports) {
      const guessUsd = report.costUsd ?? this.#estimateUsd(report, prices);
      const { input, output, cacheRead = 0, cacheWrite = 0 } = report.tokens;
      const source = guessUsd === undefined ? "unknown" : report.costUsd === undefined ? "estimated" : "measured";
      const call = this.#call;
      const tokens = { tokensIn: input + cacheRead + cacheWrite, tokensOut: output };
      const isBooked = await bookCall(purse, this.#path, { ...call, ...tokens, source }, (spend) =>
        withRequest(spend, guessUsd),
      );
      const [atMs, model] = [purse.clock.now(), report.model ?? modelIn(this.#worker.command)];
      measured.push({ ...call, ...tokens, model, costUsd: guessUsd, source, startMs: atMs, endMs: atMs });
      // Its folder is gone: the money is spent all the same.
      if (!isBooked)
        recordCall(purse.files, purse.paths, { ...call, ...tokens, costUsd: guessUsd, source }, purse.clock.now());
    }
    this.#edge.exportCalls(measured);
  }

  /** Why the worker must not go on, with figures; undefined when it may. Its reserve follows its dearest request. */
  async check(): Promise<Reservation | undefined> {
    const { budget } = await this.#known();
    if (budget === undefined || this.#worker.isFree) return undefined;
    const found = await checkHeadroom(this.#edge.purse, budget, this.#buyer);
    if (found.kind === "room") this.#funds?.grow(found.reserveUsd);
    else this.suspend();
    return found.kind === "held" ? found : undefined;
  }

  /** What becomes of a worker that passes a cap. */
  async onBreach(): Promise<Budget["onBreach"]> {
    return (await this.#known()).budget?.onBreach ?? "freeze";
  }

  /** It stands still: nothing needs to be set aside. */
  suspend(): void {
    this.#funds?.release();
    this.#funds = undefined;
  }

  /**
   * Goes on: up to `capUsd` in all, or, where it had used its cap up, for that much once more. Returns why it cannot;
   * undefined when it can.
   */
  async resume(capUsd: number | undefined): Promise<string | undefined> {
    const { files } = this.#edge.purse;
    const { budget } = await this.#known();
    const before = this.#account;
    const spentUsd = spentBy(before);
    const cap = before.capUsd ?? budget?.workerUsd;
    const isUsedUp = cap !== undefined && spentUsd + workerReserveUsd(before.highestUsd) > cap;
    const next = capUsd ?? (isUsedUp ? spentUsd + Math.max(cap, workerReserveUsd(before.highestUsd)) : before.capUsd);
    if (capUsd !== undefined && capUsd <= spentUsd) {
      return `it has spent $${formatUsd(spentUsd)} already, and $${formatUsd(capUsd)} is not more`;
    }
    writeWorkerSpend(files, this.#path, { ...before, capUsd: next });
    const held = await this.#reserve(budget);
    if (held === undefined) return undefined;
    writeWorkerSpend(files, this.#path, before);
    return `held: ${held.reason}`;
  }

  /** It is over. A runner that never said what it spent is a row of unknown cost: it was run all the same. */
  close(): void {
    const { files, paths, clock } = this.#edge.purse;
    if (this.#isMuteCall && this.#account.rows === 0) {
      writeWorkerSpend(files, this.#path, { ...this.#account, rows: 1 });
      recordCall(files, paths, { ...this.#call, source: "unknown" }, clock.now());
    }
    // Last: were this killed, whoever looks next would book it.
    this.suspend();
  }

  get #call(): Metered {
    return { kind: "session", id: bareWorker(this.#id), runner: this.#worker.runner };
  }

  /** Whether it has called a model even when it never said what that cost. */
  get #isMuteCall(): boolean {
    return !this.#worker.isFree && this.#worker.runner !== OWN_COMMAND;
  }

  get #account(): WorkerSpend {
    const { runner, capUsd } = this.#worker;
    const none = { runner, capUsd, meteredUsd: 0, selfUsd: 0, highestUsd: 0, rows: 0 };
    return readWorkerSpend(this.#edge.purse.files, this.#path) ?? none;
  }

  get #buyer(): SpendRequest {
    const account = this.#account;
    return {
      ...{ kind: "worker", key: this.#id, goal: bareWorker(this.#id), runner: this.#worker.runner },
      ...{ ownUsd: account.capUsd, ownSpentUsd: spentBy(account) },
      reserveUsd: () => workerReserveUsd(account.highestUsd),
    };
  }

  async #reserve(budget: Budget | undefined): Promise<Reservation | undefined> {
    const caps = this.#worker.isFree ? undefined : budget;
    const found = await reserve(this.#edge.purse, caps, this.#buyer);
    if (found.kind === "held") return found;
    this.#funds = found;
    if (this.#isMuteCall) found.begin(this.#call);
    return undefined;
  }

  /** A config that is broken for now does not stop a worker that was started under one that was not. */
  async #known() {
    try {
      this.#settings = await this.#edge.settings();
    } catch (error) {
      expected(error);
    }
    return this.#settings;
  }

  #estimateUsd({ model, tokens }: ReportedRequest, prices: Prices): number | undefined {
    const { runner, command } = this.#worker;
    const price = (model === undefined ? undefined : priceOf(model, prices)) ?? priceOfRunner(runner, command, prices);
    const all = tokens.input + tokens.output + (tokens.cacheRead ?? 0) + (tokens.cacheWrite ?? 0);
    return price === undefined || all === 0 ? undefined : tokensUsd(price, tokens);
  }
}
