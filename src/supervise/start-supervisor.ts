import type { Env } from "../core/env.ts";
import { readLaunchReply } from "../core/session/launch-reply.ts";
import type { Detach } from "../sys/sys.ts";
import { type LaunchSpec, launchSpecText } from "./launch-spec.ts";

/** How long a supervisor may take to say that its program runs, in milliseconds. It takes some tens. */
const LAUNCH_MS = 20_000;

/** A supervisor to start. */
export interface SupervisorStart {
  readonly id: string;
  /** The words that start this program again. */
  readonly self: readonly string[];
  /** The data folder, in the spelling that names its sockets. */
  readonly data: string;
  /** The whole environment of the program, and of its supervisor: a PTY's child can only be given more. */
  readonly env: Env;
}

/** A supervisor that waits for its orders. Nothing of its session is on disk yet. */
export interface PendingSupervisor {
  /**
   * Has it start the program that outlives us. Returns once that runs; throws with the reason when it does not come to
   * that, which is the supervisor's own: no such command, no such folder, the id is taken.
   */
  launch(orders: LaunchSpec): Promise<void>;
  /** Lets go of it: without orders it ends, leaving nothing. */
  release(): void;
}

/** Starts a supervisor. It loads, which takes it some 15 ms, while the caller finds out what it is to do. */
export async function startSupervisor(
  detach: Detach,
  { id, self, data, env }: SupervisorStart,
): Promise<PendingSupervisor> {
  // What `ps` shows, so that a person knows which session it is.
  const argv = [...self, "__supervise", "--id", id, "--root", data];
  const supervisor = await detach({ argv, cwd: data, env: { TERM: "xterm-256color", ...env } });
  return {
    launch: async (orders) => {
      supervisor.give(launchSpecText(orders));
      readLaunchReply(await supervisor.firstLine(LAUNCH_MS));
    },
    release: () => supervisor.letGo(),
  };
}
