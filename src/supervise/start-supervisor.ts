import type { Env } from "../core/env.ts";
import { LAUNCH_REPLY, readLaunchReply } from "../core/session/launch-reply.ts";
import type { Paths } from "../store/paths.ts";
import type { SessionStore } from "../store/session/session-paths.ts";
import type { Clock, Detach } from "../sys/sys.ts";
import { type LaunchSpec, launchSpecText } from "./launch-spec.ts";

/** The most time a supervisor gets to report that its program runs, in milliseconds. It usually takes tens of them. */
const LAUNCH_TIMEOUT_MS = 20_000;

export interface StartDeps {
  readonly store: SessionStore;
  readonly paths: Paths;
  readonly clock: Clock;
  readonly detach: Detach;
  /** The command line that starts this program again. */
  readonly self: readonly string[];
  /** The environment of the supervisor and its program: a PTY's child can only be given more. */
  readonly env: Env;
}

/** A supervisor process that waits for its launch spec. Nothing of its session is on disk yet. */
export interface PendingSupervisor {
  /**
   * Sends the launch spec and returns once the program runs. Throws the supervisor's own error when it does not: no such
   * command, no such folder, the id is in use.
   */
  launch(spec: LaunchSpec): Promise<void>;
  /** Closes its stdin: a supervisor without a launch spec ends, and leaves nothing behind. */
  release(): void;
}

/** Starts the supervisor process of session `id`. It loads (about 15 ms) while the caller prepares the launch spec. */
export async function startSupervisor(
  { detach, self, paths: { data }, env }: Omit<StartDeps, "store" | "clock">,
  id: string,
): Promise<PendingSupervisor> {
  // `ps` shows these arguments, so that a person sees which session it supervises.
  const argv = [...self, "__supervise", "--id", id, "--root", data];
  const supervisor = await detach({ argv, cwd: data, env: { TERM: "xterm-256color", ...env } }, LAUNCH_REPLY);
  return {
    launch: async (spec) => {
      supervisor.give(launchSpecText(spec));
      readLaunchReply(await supervisor.reply(LAUNCH_TIMEOUT_MS));
    },
    release: () => supervisor.letGo(),
  };
}
