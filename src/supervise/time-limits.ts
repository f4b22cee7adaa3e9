import type { KillBy } from "../core/session/request.ts";
import type { Clock } from "../sys/sys.ts";

/** The time that a session may take, in milliseconds. */
export interface TimeLimits {
  readonly timeoutMs?: number | undefined;
  /** The time without output. */
  readonly idleTimeoutMs?: number | undefined;
}

/** The session whose time is limited. */
export interface LimitedSession {
  /** The `lastMs` is the monotonic time of the last output. */
  readonly output: { readonly lastMs: number };
  readonly freezer: { readonly isFrozen: boolean };
  kill(by: KillBy): Promise<unknown>;
}

/** Ends the session when it has run, or printed nothing, for too long. A frozen one is not idle. Stops at `over`. */
export function limitTime(clock: Clock, session: LimitedSession, limits: TimeLimits, over: AbortSignal): void {
  const { timeoutMs, idleTimeoutMs } = limits;
  if (timeoutMs !== undefined) void endAfter(clock, session, timeoutMs, over);
  if (idleTimeoutMs !== undefined) void endWhenIdle(clock, session, idleTimeoutMs, over);
}

async function endAfter(clock: Clock, session: LimitedSession, ms: number, over: AbortSignal): Promise<void> {
  await clock.sleep(ms, over);
  if (!over.aborted) await session.kill("timeout");
}

async function endWhenIdle(clock: Clock, session: LimitedSession, ms: number, over: AbortSignal): Promise<void> {
  let fromMs = clock.monotonic();
  while (!over.aborted) {
    const now = clock.monotonic();
    fromMs = session.freezer.isFrozen ? now : Math.max(fromMs, session.output.lastMs);
    if (now - fromMs >= ms) return void (await session.kill("timeout"));
    await clock.sleep(ms - (now - fromMs), over);
  }
}
