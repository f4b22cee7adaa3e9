import type { Clock, Groups } from "../sys/sys.ts";
import type { Pty, PtyCommand, Ptys, Size, UnreadInput } from "../sys/tty.ts";
import { type Ending, endGroup } from "./freeze/end-processes.ts";
import type { Freezer } from "./freeze/freezer.ts";

export interface ProgramDeps {
  readonly clock: Clock;
  readonly groups: Groups;
  readonly ptys: Ptys;
}

/** The command, and whether its end ends what it started: the pulse ends its runner itself, and its workers go on. */
export interface ProgramCommand extends PtyCommand {
  readonly endsAll: boolean;
}

/** A session's program in its PTY. Its process id also names its process group. */
export class Program {
  readonly #deps: ProgramDeps;
  readonly #freezer: Freezer;
  readonly #endsAll: boolean;
  readonly #pty: Pty;
  #reads = 0;
  #lastSignal: string | undefined;
  #ending: Promise<Ending> | undefined;

  /** Starts the program. Throws a LooopError with the reason when that fails. */
  constructor(deps: ProgramDeps, freezer: Freezer, command: ProgramCommand) {
    this.#deps = deps;
    this.#freezer = freezer;
    this.#endsAll = command.endsAll;
    this.#pty = deps.ptys.open({
      ...command,
      onOutput: (bytes) => {
        this.#reads += 1;
        command.onOutput(bytes);
      },
    });
  }

  get pid(): number {
    return this.#pty.pid;
  }

  get identity(): Pty["identity"] {
    return this.#pty.identity;
  }

  /** The number of pieces of output that were read. It changes when the screen may have. */
  get reads(): number {
    return this.#reads;
  }

  /** The last signal that {@linkcode end} sent; undefined while it has sent none. */
  get lastSignal(): string | undefined {
    return this.#lastSignal;
  }

  /** The end that was asked for; undefined when the program was left to itself. */
  get ending(): Promise<Ending> | undefined {
    return this.#ending;
  }

  /** True when a process of its group still lives. */
  get hasLiveGroup(): boolean {
    return this.#deps.groups.alive(this.pid);
  }

  /** Queues input and returns how many bytes were taken. */
  write(bytes: Uint8Array): number {
    return this.#pty.write(bytes);
  }

  /** The input that it has yet to read. */
  unread(): UnreadInput {
    return this.#pty.unread();
  }

  resize(size: Size): void {
    this.#pty.resize(size);
  }

  /** Ends its process group and, for a worker, all that it has started outside of it. All callers share one end. */
  end(): Promise<Ending> {
    this.#ending ??= this.#endAll();
    return this.#ending;
  }

  async #endAll(): Promise<Ending> {
    const { clock, groups } = this.#deps;
    const onSignal = (signal: string) => {
      this.#lastSignal = signal;
    };
    const group = endGroup(clock, groups, this.pid, onSignal);
    const rest = this.#endsAll ? this.#freezer.endAll(this.pid, this.pid) : this.#freezer.endFrozen(this.pid);
    const [ending] = await Promise.all([group, rest]);
    this.#pty.hurry();
    return ending;
  }

  /** Closes the PTY; the kernel hangs up on whatever still uses it. */
  close(): void {
    this.#pty.close();
  }
}
