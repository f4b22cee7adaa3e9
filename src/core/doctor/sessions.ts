import type { Session } from "../session/session.ts";
import { type Finding, note, problem } from "./finding.ts";

/** A session and the state of its processes. */
export interface SessionFacts {
  readonly session: Session;
  /** True when its folder holds a record, damaged or not. The check of files reports a damaged one. */
  readonly hasRecord: boolean;
  /** The process group that an ended session left behind, if it is certain that it is that one. */
  readonly leftoverOf: number | undefined;
  /** The number of processes with the mark of an ended session. */
  readonly left: number;
  /** True when its supervisor is stopped. */
  readonly stopped: boolean;
  /** True when a beat has shown its end to the decider. */
  readonly shown: boolean;
}

/** Checks one session. */
export function judgeSession({ session, hasRecord, leftoverOf, left, stopped, shown }: SessionFacts): Finding[] {
  const { id, state, isOurs, isAlive, meta } = session;
  if (state === "unknown") {
    if (hasRecord) return [];
    const says = `the state of session ${id} is unknown: its folder holds no meta.json`;
    return [problem("sessions", says, `Look at sessions/${id}/output.log, then move the folder sessions/${id} away`)];
  }
  if (!isOurs) {
    const state = isAlive ? "runs" : "has ended";
    return [note("sessions", `session ${id} ${state}; another program started it, so looop leaves it alone`)];
  }
  if (leftoverOf !== undefined) {
    const says = `session ${id} is over, but something it started still runs (process group ${leftoverOf})`;
    return [problem("sessions", says, `looop kill ${id}`)];
  }
  if (left > 0) {
    const which = left === 1 ? "a process that it started still runs" : `${left} processes that it started still run`;
    return [note("sessions", `session ${id} is over, and ${which}`, `If nobody needs that, looop kill ${id}`)];
  }
  if (isAlive && stopped) {
    const pid = meta?.babysit_pid;
    return [problem("sessions", `the supervisor of ${id} (process ${pid}) is stopped`, `kill -CONT ${pid}`)];
  }
  if (state !== "dead") return [];
  const says = `session ${id} was lost: its supervisor was killed, or the machine restarted`;
  const hint = `\`looop log ${id}\` shows its output; \`looop prune --all\` deletes its record`;
  return [shown ? note("sessions", says, hint) : problem("sessions", says, hint)];
}

/** The version of looop that a process runs. */
export interface RunningVersion {
  readonly id: string;
  readonly isPulse: boolean;
  /** The recorded version; undefined when an old version, which did not record it, started the process. */
  readonly version: string | undefined;
  /** True when its program file was replaced or deleted since it started. */
  readonly replaced: boolean;
}

/** Finds a process that runs another version than `here`. */
export function judgeVersion(here: string, { id, isPulse, version, replaced }: RunningVersion): Finding[] {
  if (version === here && !replaced) return [];
  const what = isPulse ? "the pulse" : `the supervisor of ${id}`;
  const earlier = version === undefined ? "an earlier looop" : `looop ${version}`;
  const which = version === here ? "a program file that was replaced since it started" : earlier;
  const says = `${what} runs ${which}, and this is looop ${here}`;
  if (isPulse) return [problem("versions", says, "looop down, then looop up: workers keep running")];
  return [note("versions", says, `It keeps working; the next start of ${id} uses the new version`)];
}
