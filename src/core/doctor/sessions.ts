import type { Session } from "../session/session.ts";
import { type Finding, note, problem } from "./finding.ts";

/** A session, and what only a look at its processes tells. */
export interface Examined {
  readonly session: Session;
  /** Whether its folder holds a record at all. One that cannot be read is told with the other damaged files. */
  readonly hasRecord: boolean;
  /** The process group that a session left behind, when it is provably that one. */
  readonly leftoverOf: number | undefined;
  /** Whether its supervisor is stopped. */
  readonly stopped: boolean;
  /** Whether a beat has shown its end to the decider. */
  readonly shown: boolean;
}

/** What is wrong with one session; nothing when all is as it should be. */
export function judgeSession({ session, hasRecord, leftoverOf, stopped, shown }: Examined): Finding[] {
  const { id, standing, isOurs, isAlive, meta } = session;
  if (standing === "unknown") {
    if (hasRecord) return [];
    const says = `nobody knows what session ${id} is: its folder holds no meta.json`;
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
  if (isAlive && stopped) {
    const pid = meta?.babysit_pid;
    return [problem("sessions", `the supervisor of ${id} (process ${pid}) is stopped`, `kill -CONT ${pid}`)];
  }
  if (standing !== "dead") return [];
  const says = `session ${id} ended without a word: its supervisor was killed, or the machine restarted`;
  const hint = `\`looop log ${id}\` shows how far it came; \`looop prune --all\` deletes its record`;
  return [shown ? note("sessions", says, hint) : problem("sessions", says, hint)];
}

/** What a running process says of the program it runs. */
export interface RunningVersion {
  readonly id: string;
  readonly isPulse: boolean;
  /** The version on record; undefined when it was started by one that recorded none. */
  readonly version: string | undefined;
  /** Whether its program file was replaced or deleted since it started. */
  readonly replaced: boolean;
}

/** Whether what runs is this program, or one of before an upgrade. */
export function judgeVersion(here: string, { id, isPulse, version, replaced }: RunningVersion): Finding[] {
  if (version === here && !replaced) return [];
  const what = isPulse ? "the pulse" : `the supervisor of ${id}`;
  const earlier = version === undefined ? "an earlier looop" : `looop ${version}`;
  const which = version === here ? "a program file that was replaced since" : earlier;
  const says = `${what} runs ${which}, and this is looop ${here}`;
  if (isPulse) return [problem("versions", says, "looop down, then looop up: workers go on meanwhile")];
  return [note("versions", says, `It works on as it is; the next start of ${id} is by the new one`)];
}
