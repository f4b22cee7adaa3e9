import { readLimits } from "../../core/config/limits.ts";
import { expected } from "../../core/error.ts";
import { childEnv } from "../../core/session/child-env.ts";
import { localClock } from "../../core/time.ts";
import { type Context, contextOf } from "../../loop/context/context.ts";
import { openBeatLog } from "../../loop/record/beat-log.ts";
import { appendEvent, type EventName } from "../../store/events.ts";
import { readTrusted } from "../../store/policy/trusted.ts";
import { useSystemOffset } from "../../sys/ffi/localtime.ts";
import { catchSignals } from "../../sys/signals.ts";
import { looopBin } from "../looop-bin.ts";
import { openNotify } from "../notify/open-notify.ts";
import type { App } from "../open.ts";
import { complain, type Output } from "../output.ts";
import { prepareData } from "../prepare-data.ts";
import { metricsExport } from "../telemetry/metrics.ts";
import { VERSION } from "../version.ts";
import { configReader } from "./config-reader.ts";
import { openFleet } from "./fleet.ts";
import { openHands } from "./hands.ts";
import { openHistory } from "./open-history.ts";

/**
 * Returns the dependencies of the loop, with the data folder made. From here on, the first signal asks the loop to stop
 * instead of ending the process. The log goes to stdout, or to stderr (`talk`) for a command with another answer.
 */
export async function openLoop(app: App, logIs: "answer" | "talk" = "answer"): Promise<Context> {
  const { env, files, clock, output } = app;
  const [paths, proc] = [app.paths(), await app.proc()];
  const { knobs, warnings } = readLimits(env);
  for (const warning of warnings) await output.warn(warning);

  await useSystemOffset();
  const log = openBeatLog(
    () => localClock(clock.now()),
    output.colour,
    logIs === "answer" ? shownOn(output) : complain,
  );
  const stop = catchSignals();
  stop.onAsked(() => log.line("stopping (a second signal ends what is under way)", "yellow"));
  const prepare = await prepareData(app);
  const bin = await looopBin(app);
  const config = configReader(app);
  const exportCalls = metricsExport(config, (failure) => log.line(`metrics: ${failure}`, "yellow"));
  const childrenEnv = childEnv(env, { bin, ...paths });
  const notifyDeps = {
    ...{ files, clock, proc, paths, stop, config, env: childrenEnv },
    event: (event: EventName, fields: Readonly<Record<string, unknown>>) =>
      appendEvent(files, clock, paths.events, event, fields),
    tell: (line: string) => log.line(line, "yellow"),
  };
  return contextOf({
    files,
    clock,
    proc,
    groups: (await import("../../sys/process/groups.ts")).groups,
    paths,
    knobs,
    bin,
    version: VERSION,
    prepare,
    locks: await app.locks(),
    sha256: await app.sha256(),
    memory: await openHistory(app),
    stop,
    env: childrenEnv,
    fleet: await openFleet(app, config),
    hands: openHands(app),
    trusted: () => readTrusted(files, paths),
    log,
    exportCalls,
    notify: openNotify(notifyDeps),
    today: app.recordToday,
    sinceBootMs: (await import("../../sys/process/boot-time.ts")).sinceBootMs,
    config,
  });
}

/** A log line that cannot be written (stdout is a file on a full disk) is lost, but does not fail the beat. */
function shownOn(output: Output): (text: string) => void {
  return (text) => {
    try {
      output.data(text);
    } catch (error) {
      expected(error);
    }
  };
}
