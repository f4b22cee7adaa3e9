import { join } from "node:path";
import { type Finding, orOk } from "../../core/doctor/finding.ts";
import { judgeSocket, judgeTemporary } from "../../core/doctor/leftovers.ts";
import { fnv1a, pathsOf, type SessionStore, shortSocketFolder } from "../../store/session/session-paths.ts";
import { readSession } from "../../store/session/sessions.ts";
import { ABANDONED_MS, temporaryFiles } from "../../store/temporary-files.ts";
import type { Sockets } from "../../sys/sys.ts";
import { openSessions } from "../session/open-sessions.ts";
import type { DoctorDeps } from "./check.ts";

/** Checks for temporary files and sockets that killed processes left. */
export async function checkLeftovers(deps: DoctorDeps): Promise<readonly Finding[]> {
  const found = [...abandonedFiles(deps), ...(await deadSockets(deps))];
  return orOk("leftovers", found, "none");
}

function abandonedFiles({ app, paths, inspect }: DoctorDeps): Finding[] {
  const now = { nowMs: app.clock.now(), userId: inspect.userId, minAgeMs: ABANDONED_MS };
  const sessions = list(app.files, paths.sessions).map((id) => join(paths.sessions, id));
  return temporaryFiles(app.files, paths, sessions).flatMap(({ path, writer }) => {
    const look = inspect.look(path);
    if (look === undefined) return [];
    return judgeTemporary(
      { path, look, inUse: writer !== undefined && app.processes.identify(writer) !== undefined },
      now,
    );
  });
}

type Files = DoctorDeps["app"]["files"];

function list(files: Files, folder: string): string[] {
  return files.stat(folder)?.kind === "folder" ? files.list(folder) : [];
}

async function deadSockets({ app, inspect }: DoctorDeps): Promise<Finding[]> {
  const { sockets } = await import("../../sys/net/socket.ts");
  const store = await openSessions(app);
  const findings: Finding[] = [];
  for (const path of possibleDeadSockets(app.files, store)) {
    const look = inspect.look(path);
    if (look?.kind !== "socket") continue;
    findings.push(...judgeSocket({ path, look, inUse: await isAnswered(sockets, path) }, inspect));
  }
  return findings;
}

/**
 * Returns the sockets that sessions may have left: in the folders of dead sessions, and in the folder of short paths, where
 * a socket's name is the hash of its session's id. A session that is just starting is not dead.
 */
function possibleDeadSockets(files: Files, store: SessionStore): string[] {
  const ids = list(files, store.sessions);
  const dead = ids.filter((id) => readSession(store, id)?.isAlive === false);
  const liveHashes = new Set(ids.filter((id) => !dead.includes(id)).map(fnv1a));
  const folder = shortSocketFolder(store.sessions, store.sockets);
  const short = list(files, folder).filter((name) => /^[0-9a-f]{16}$/.test(name) && !liveHashes.has(name));
  return [...dead.map((id) => pathsOf(store, id).primarySocket), ...short.map((name) => join(folder, name))];
}

async function isAnswered(sockets: Sockets, path: string): Promise<boolean> {
  const connection = await sockets.connect(path);
  connection?.destroy();
  return connection !== undefined;
}
