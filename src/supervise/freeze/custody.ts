import type { Freezer as By } from "../../core/session/request.ts";
import type { SessionPaths } from "../../store/session/session-paths.ts";
import { Account, type AccountDeps } from "../spend/account.ts";
import type { WorkerSpendSpec } from "../spend/spend-guard.ts";
import { Freezer, type FreezerDeps } from "./freezer.ts";

export interface CustodyDeps extends FreezerDeps {
  /** What a worker's money takes; not loaded for other sessions. */
  openTill(): Promise<AccountDeps>;
}

/** The program, as far as it can be stopped. */
export interface Program {
  pid(): number;
  /** Ends it for its spend. */
  stop(): Promise<unknown>;
  isEnding(): boolean;
}

/** Whether a session's program may run: by its person, and by its money. */
export class Custody {
  readonly #edge: CustodyDeps;
  readonly #paths: SessionPaths;
  readonly #program: Program;
  readonly #freezer: Freezer;
  #account: Account | undefined;

  constructor(edge: CustodyDeps, paths: SessionPaths, program: Program) {
    this.#edge = edge;
    this.#paths = paths;
    this.#program = program;
    this.#freezer = new Freezer(edge, paths.id);
  }

  get isFrozen(): boolean {
    return this.#freezer.isFrozen;
  }

  /** Before the program runs. Throws (exit 7) when there is no money for this worker. */
  async open(worker: WorkerSpendSpec | undefined): Promise<void> {
    if (worker === undefined) return;
    this.#account = new Account(await this.#edge.openTill(), this.#paths, worker, {
      freeze: async (reason) => void (await this.freeze("budget", reason)),
      stop: async () => void (await this.#program.stop()),
      isStopped: () => this.isFrozen || this.#program.isEnding(),
    });
    await this.#account.open();
  }

  async freeze(by: By, reason: string): Promise<{ readonly stopped: number; readonly settled: boolean }> {
    const frozen = await this.#freezer.freeze(this.#program.pid(), by, reason);
    this.#account?.suspend();
    return frozen;
  }

  /** How many processes go on, or why none may. */
  async thaw(budgetUsd: number | undefined): Promise<number | string> {
    const why = await this.#account?.resume(budgetUsd);
    return why ?? this.#freezer.thaw(this.#program.pid());
  }

  /** The worker has said itself what it spent. */
  spent(): void {
    this.#account?.look();
  }

  /** Ends what is stopped; `but` leaves a group to whoever ends that. */
  endRest(but?: number): Promise<void> {
    return this.#freezer.endRest(this.#program.pid(), but);
  }

  /** It is over; `ran` tells whether the program ever did. */
  async close(ran: boolean): Promise<void> {
    await this.#account?.close(ran);
  }
}
