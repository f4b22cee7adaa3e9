import { nextInterval, parseNextInterval } from "../core/beat/cadence.ts";
import { EXIT, expected, LooopError } from "../core/error.ts";
import { lockPulse, pidFile, pulseLockFile, waitForBeatLock } from "../store/loop-locks.ts";
import { nextDueMs } from "../store/policy/schedules.ts";
import { writePulse } from "../store/pulse-state.ts";
import type { Lock } from "../sys/sys.ts";
import { beat, noteNext } from "./beat.ts";
import type { Context } from "./context/context.ts";
import { settingsOf } from "./context/loop-settings.ts";
import { ClockWatch } from "./hold/clock-step.ts";
import { type Beat, tellFailed } from "./reconcile.ts";

/** A beat that dies of a bug is logged with its stack; this many in a row end the pulse. */
const BUGS = 5;

/** Beats until stopped. Returns the exit code: 0 after TERM, 130 after INT. Throws (exit 5) when one already runs. */
export async function pulse(context: Context, outputClosed: () => boolean): Promise<number> {
  const { files, paths, stop } = context;
  context.prepare();
  const lock = await lockPulse(context);
  const held = files.stat(pulseLockFile(paths))?.identity;
  files.write(pidFile(paths), `${context.proc.pid}\n`);
  try {
    await greet(context);
    let bugs = 0;
    const watch = new ClockWatch(context);
    while (!stop.asked.aborted && !outputClosed()) {
      refuseMovedFolder(context, held);
      watch.look();
      const result = await guardedBeat(context);
      bugs = result === undefined ? bugs + 1 : 0;
      if (bugs === BUGS) throw tooManyBugs();
      if (!stop.asked.aborted) await rest(context, result);
    }
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

/** A beat under its lock; undefined when it died of a bug. */
async function guardedBeat(context: Context): Promise<Beat | undefined> {
  let lock: Lock | undefined;
  try {
    lock = await waitForBeatLock(context, Number.POSITIVE_INFINITY, context.stop.asked);
    return lock === undefined ? { kind: "interrupted" } : await beat(context);
  } catch (error) {
    if (error instanceof LooopError) {
      tellFailed(context, error);
      return { kind: "failed", error };
    }
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    context.log.line(`a bug ended this beat: ${stack}`, "red");
    return undefined;
  } finally {
    lock?.release();
  }
}

async function rest(context: Context, result: Beat | undefined): Promise<void> {
  const seconds = await secondsToNext(context, result);
  if (result !== undefined) noteNext(context, result, context.clock.now() + seconds * 1_000);
  await context.clock.sleep(seconds * 1_000, context.stop.asked);
}

/** A schedule that falls due before the next beat makes that beat. */
function sooner({ clock, files, paths }: Context, seconds: number): number {
  const nowMs = clock.now();
  const dueMs = nextDueMs(files, paths, nowMs);
  return dueMs === undefined ? seconds : Math.max(1, Math.min(seconds, Math.ceil((dueMs - nowMs) / 1_000)));
}

async function secondsToNext(context: Context, result: Beat | undefined): Promise<number> {
  const { intervals } = await settingsOf(context);
  try {
    const working = context.fleet.workers().some((worker) => worker.alive);
    return sooner(context, nextInterval(intervals, result?.kind === "acted", working, takeNextInterval(context)));
  } catch (error) {
    expected(error);
    if (result?.kind !== "failed") tellFailed(context, error);
    return intervals.idle;
  }
}

/** What the decider asked for, once. Anything but one integer is said and forgotten. */
function takeNextInterval({ files, paths, log }: Context): number | undefined {
  const found = files.stat(paths.nextInterval);
  if (found === undefined) return undefined;
  if (found.kind !== "file") {
    log.line(".next-interval ignored: it is not a file", "yellow");
    return undefined;
  }
  const text = files.read(paths.nextInterval) ?? "";
  files.remove(paths.nextInterval);
  const next = parseNextInterval(text);
  if (next === undefined) {
    log.line(`.next-interval ignored: not one integer: ${JSON.stringify(text.slice(0, 40))}`, "yellow");
    return undefined;
  }
  const { asked, seconds } = next;
  const how = asked === seconds ? "as the decider asked" : `the decider asked for ${asked}`;
  log.line(`next beat in ${seconds} s, ${how}`, "dim");
  return seconds;
}

/** A folder that was deleted or replaced is not ours any more: its lock does not hold, and seeding it anew would spend. */
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
    message: `Cannot go on: ${BUGS} beats in a row ended in a bug of looop`,
    hint: "The stacks are above: report them, then start the pulse again",
    exit: EXIT.failed,
  });
}
