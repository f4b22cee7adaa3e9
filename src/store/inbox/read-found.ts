import type { Found } from "../../core/inbox/inbox.ts";
import type { Files, Processes } from "../../sys/sys.ts";
import { commandPrefix, type Paths } from "../paths.ts";
import { deadPulse, type PulseState, readPulse } from "../pulse-state.ts";
import { readAttention } from "./attention.ts";
import { failingSensors } from "./failing-sensors.ts";

/** The part that a beat knows already, and that a command reads by itself. */
export type Known = Pick<
  Found,
  "asks" | "brokenBeat" | "config" | "damaged" | "deadPulse" | "failure" | "flagged" | "hold"
>;

/** Returns all that waits for the person. Only reads. */
export function readFound(files: Files, paths: Paths, known: Known): Found {
  return {
    ...known,
    prefix: commandPrefix(paths),
    attention: readAttention(files, paths),
    sensors: failingSensors(files, paths),
  };
}

/** Returns the pulse that died, if it did. */
export function deadPulseIn(files: Files, processes: Processes, paths: Paths): Found["deadPulse"] {
  const pulse = deadPulse(files, processes, paths);
  if (pulse === undefined) return undefined;
  return { id: `${pulse.pid} ${pulse.startedAt}`, lastBeatMs: readPulse(files, paths)?.beat?.atMs };
}

/** Returns the last beat, when it failed before it could decide. */
export function brokenBeat({ beat }: Pick<PulseState, "beat">): Found["brokenBeat"] {
  if (beat?.kind !== "failed" || beat.runId !== undefined) return undefined;
  return { message: beat.reason ?? "the last beat failed", hint: beat.hint ?? "looop doctor", atMs: beat.atMs };
}
