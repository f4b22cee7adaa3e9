import { EXIT, expected, LooopError } from "../core/error.ts";
import { lockPulse, pidFile, pulseLockFile, waitForBeatLock } from "../store/loop-locks.ts";
import { forgetPulse, writePulse } from "../store/pulse-state.ts";
import type { Lock, WatchFolder } from "../sys/sys.ts";
import type { BeatOutcome, BeatResult } from "./context/beat-result.ts";
import type { Context } from "./context/context.ts";
import { settingsOf } from "./context/loop-settings.ts";
import { ClockWatch } from "./hold/clock-step.ts";
import { reconcile } from "./reconcile.ts";
import { waitMs } from "./record/next-beat.ts";
import { reportFailed } from "./record/report-failed.ts";
import { rest, stampNow } from "./wake/rest.ts";
import { knownAfter, type WakeStamp } from "./wake/wake-sources.ts";

/** A bug that ends a beat is logged with its stack; this many in a row end the pulse. */
const MAX_BUGS = 5;

/** Runs beats until it is stopped. Returns the exit code: 0 after TERM, 130 after INT. Throws (exit 5) when a pulse runs. */
export async function pulse(context: Context, outputClosed: () => boolean, watch: WatchFolder): Promise<number> {
  const { files, paths, stop } = context;
  context.prepare();
  const lock = await lockPulse(context);
  const held = files.stat(pulseLockFile(paths))?.identity;
  files.write(pidFile(paths), `${context.proc.pid}\n`);
  try {
    await greet(context);
    let bugs = 0;
    const clockWatch = new ClockWatch(context);
    while (!stop.asked.aborted && !outputClosed()) {
      refuseMovedFolder(context, held);
      clockWatch.check();
      const before = stampNow(context);
      const result = await guardedBeat(context);
      bugs = result === undefined ? bugs + 1 : 0;
      if (bugs === MAX_BUGS) throw tooManyBugs();
      if (!stop.asked.aborted) await restAfter(context, result, before, watch);
    }
    if (files.stat(pulseLockFile(paths))?.identity === held) noteStopped(context);
    return stop.name() === "SIGINT" ? EXIT.interrupted : EXIT.ok;
  } finally {
    if (files.stat(pulseLockFile(paths))?.identity === held) files.remove(pidFile(paths));
    lock.release();
  }
}

async function greet(context: Context): Promise<void> {
  const { files, paths, log, proc } = context;
  const identity = proc.identify(proc.pid);
  const { intervals, state } = await settingsOf(context);
  writePulse(files, paths, { ...(identity === undefined ? {} : { process: identity }), ...state });
  const { idle, busy } = intervals;
  log.line(`looop started: a beat every ${idle} s, ${busy} s after a move; runner ${state.runner ?? "?"}`);
  log.line(`data: ${paths.data}`, "dim");
}

/** Notes the orderly end. Without the note the pulse is reported as dead, which is no reason to fail now. */
function noteStopped({ files, log, paths }: Context): void {
  try {
    forgetPulse(files, paths);
  } catch (error) {
    expected(error);
    log.line(`the inbox will say that the pulse died: ${error.message}`, "yellow");
  }
}

/** Runs a beat under its lock. Returns undefined when a bug ended it. */
async function guardedBeat(context: Context): Promise<BeatOutcome | BeatResult | undefined> {
  let lock: Lock | undefined;
  try {
    lock = await waitForBeatLock(context, Number.POSITIVE_INFINITY, context.stop.asked);
    return lock === undefined ? { kind: "interrupted" } : await reconcile(context, "pulse");
  } catch (error) {
    if (error instanceof LooopError) {
      reportFailed(context, error);
      return { kind: "failed", error };
    }
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    context.log.line(`a bug ended this beat: ${stack}`, "red");
    return undefined;
  } finally {
    lock?.release();
  }
}

/** Waits for the next beat. A beat that ended before it could tell when that is due is followed at the usual pace. */
async function restAfter(
  context: Context,
  result: BeatOutcome | BeatResult | undefined,
  before: WakeStamp,
  watch: WatchFolder,
): Promise<void> {
  const isKnown = result !== undefined && "nextMs" in result && result.nextMs !== undefined;
  const ms = isKnown
    ? result.nextMs - result.atMs
    : await waitMs(context, (await settingsOf(context)).intervals, result);
  await rest(context, ms, knownAfter(before, stampNow(context), mayHaveWritten(result)), watch);
}

/** True when the beat itself may have edited the policy: that is no reason to wake. */
function mayHaveWritten(result: BeatOutcome | BeatResult | undefined): boolean {
  if (result?.kind === "failed") return result.runId !== undefined;
  return result?.kind !== "unchanged" && result?.kind !== "held";
}

/** Throws when the data folder was deleted or replaced: its lock holds no more, and seeding a new one would spend. */
function refuseMovedFolder({ files, paths }: Context, held: string | undefined): void {
  if (files.stat(pulseLockFile(paths))?.identity === held) return;
  throw new LooopError({
    message: `Cannot go on: the data folder ${paths.data} was deleted or replaced while the pulse ran`,
    hint: "Put it back, then start the pulse again with `looop run`",
    exit: EXIT.failed,
  });
}

function tooManyBugs(): LooopError {
  return new LooopError({
    message: `Cannot go on: ${MAX_BUGS} beats in a row ended in a bug of looop`,
    hint: "The stacks are above: report them, then start the pulse again",
    exit: EXIT.failed,
  });
}
