import { relative } from "node:path";
import { plainLine } from "../../core/text.ts";
import { poke } from "../../store/pokes.ts";
import type { WatchFolder } from "../../sys/sys.ts";
import type { Context } from "../context/context.ts";
import { type WakeStamp, wakeFolders, wakeStamp, watchedFiles, wokenBy } from "./wake-sources.ts";

/** The dependencies of a rest. */
type RestDeps = Pick<Context, "clock" | "env" | "files" | "log" | "paths" | "stop">;

/** The least time between the end of a beat and one that something woke, in milliseconds. */
const APART_MS = 5_000;

/** The time between a notice and the look, in milliseconds: programs save a file in several steps. */
const SETTLE_MS = 50;

/** Returns the state with which {@linkcode rest} compares. */
export function stampNow(deps: RestDeps): WakeStamp {
  return wakeStamp(deps, watchedFiles(deps));
}

/**
 * Sleeps until the next beat is due, or until the person or a watched file gives a reason to look sooner: an answer, an edit
 * of the policy, a poke. `before` is what the last beat knew. A reason only makes the beat come sooner; the beat looks for
 * itself. It sleeps on the kernel's notices and does not poll: on a file system without them, the beat comes when it is due.
 */
export async function rest(deps: RestDeps, ms: number, before: WakeStamp, watch: WatchFolder): Promise<void> {
  const { clock, log, paths, stop } = deps;
  const beganMs = clock.monotonic();
  const watched = watchedFiles(deps);
  let notice = new AbortController();
  const watchers = wakeFolders(deps, watched).map((folder) => watch(folder, () => notice.abort()));
  try {
    for (;;) {
      const woken = wokenBy(before, wakeStamp(deps, watched));
      const passedMs = clock.monotonic() - beganMs;
      if (woken.length > 0) {
        await clock.sleep(Math.min(APART_MS, ms) - passedMs, stop.asked);
        const sensors = watched.filter(({ path }) => woken.includes(path)).map(({ sensor }) => sensor);
        if (sensors.length > 0) poke(deps.files, paths, [...new Set(sensors)]);
        log.line(`sooner than planned: ${woken.slice(0, 3).map(nameIn(paths.data)).join(", ")}`, "dim");
        return;
      }
      if (passedMs >= ms) return;
      await clock.sleep(ms - passedMs, AbortSignal.any([stop.asked, notice.signal]));
      if (!notice.signal.aborted) return;
      await clock.sleep(SETTLE_MS, stop.asked);
      notice = new AbortController();
    }
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}

function nameIn(data: string): (path: string) => string {
  return (path) => plainLine(path.startsWith(`${data}/`) ? relative(data, path) : path);
}
