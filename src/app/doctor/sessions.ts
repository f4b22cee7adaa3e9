import { type Finding, ok, orOk } from "../../core/doctor/finding.ts";
import { judgeSession, judgeVersion } from "../../core/doctor/sessions.ts";
import { PULSE_ID, sessionId } from "../../core/names.ts";
import { keyOf, type Session } from "../../core/session/session.ts";
import { readShownSessions } from "../../store/beat/shown-sessions.ts";
import { livePulse } from "../../store/pulse-state.ts";
import { pathsOf } from "../../store/session/session-paths.ts";
import { listSessions } from "../../store/session/sessions.ts";
import { leftoverOf } from "../../supervise/end-session.ts";
import { probeLiveness } from "../session/liveness.ts";
import { openKill, openSessions } from "../session/open-sessions.ts";
import { VERSION } from "../version.ts";
import type { DoctorDeps } from "./check.ts";

/** Checks every session, looop's or another program's. */
export async function checkSessions({ app, paths, inspect }: DoctorDeps): Promise<readonly Finding[]> {
  const deps = await openKill(app);
  const sessions = await probeLiveness(app, deps.store, listSessions(deps.store));
  const shown = readShownSessions(app.files, paths);
  const started = deps.trees.marked("LOOOP_SESSION_ID", new Map([["LOOOP_DATA_DIR", paths.data]]));
  const findings = sessions.flatMap((session) =>
    judgeSession({
      session,
      hasRecord: app.files.stat(pathsOf(deps.store, session.id).meta) !== undefined,
      leftoverOf: session.isAlive ? undefined : leftoverOf(deps, session),
      left: session.isAlive ? 0 : (started.get(session.id)?.length ?? 0),
      stopped: session.isAlive && inspect.isStopped(session.meta?.babysit_pid ?? 0),
      shown: shown.has(keyOf(session)),
    }),
  );
  const live = sessions.filter(({ isAlive }) => isAlive).length;
  return orOk("sessions", findings, `${live} live, ${sessions.length - live} over, none of them lost`);
}

/** Checks that the running pulse and supervisors are of this release. */
export async function checkVersions({ app, paths, inspect }: DoctorDeps): Promise<readonly Finding[]> {
  const store = await openSessions(app);
  const running = listSessions(store).filter(({ isAlive, isOurs }) => isAlive && isOurs);
  const findings = running.flatMap(({ id, meta }: Session) =>
    judgeVersion(VERSION, {
      id,
      isPulse: id === sessionId(PULSE_ID),
      version: meta?.version,
      replaced: inspect.isReplaced(meta?.babysit_pid ?? 0),
    }),
  );
  const pulse = livePulse(app.files, app.processes, paths)?.pid;
  const isOutsideSession = pulse !== undefined && !running.some(({ id }) => id === sessionId(PULSE_ID));
  const own =
    isOutsideSession && inspect.isReplaced(pulse) ? [{ id: "", isPulse: true, version: VERSION, replaced: true }] : [];
  const all = [...findings, ...own.flatMap((it) => judgeVersion(VERSION, it))];
  return all.length === 0 ? [ok("versions", `looop ${VERSION}, and nothing of another release runs`)] : all;
}
