import { join } from "node:path";
import { type Finding, orFine } from "../../core/doctor/finding.ts";
import { judgeSocket, judgeTemporary, writerOf } from "../../core/doctor/leftovers.ts";
import { farFolder, fnv1a, pathsOf, type SessionStore } from "../../store/session-paths.ts";
import { readSession } from "../../store/sessions.ts";
import type { Sockets } from "../../sys/sys.ts";
import { openSessions } from "../sessions.ts";
import type { Room } from "./room.ts";

/** Where looop writes files, from the data folder; `*` is any folder there. */
const FOLDERS = [
  ...["", "goals", "goals/archive", "sensors", "schedules", "snapshots", "claims", "asks", "asks/archive", "answers"],
  ...["reports", "prompts", "playbook.d", "verify", ".lib", "runs/*", "sessions/*", "sessions/*/tells"],
];

/** What writes and sessions that were cut short left behind. */
export async function lookAtLeftovers(room: Room): Promise<readonly Finding[]> {
  const found = [...temporaries(room), ...(await deadSockets(room))];
  return orFine("leftovers", found, "none");
}

function temporaries({ app, paths, inspect }: Room): Finding[] {
  const now = { nowMs: app.clock.now(), userId: inspect.userId };
  const folders = FOLDERS.flatMap((pattern) => expand(app.files, paths.data, pattern));
  return folders.flatMap((folder) =>
    list(app.files, folder).flatMap((name) => {
      const writer = writerOf(name);
      const path = join(folder, name);
      const look = writer === undefined ? undefined : inspect.look(path);
      if (writer === undefined || look === undefined) return [];
      return judgeTemporary({ path, look, inUse: app.processes.identify(writer) !== undefined }, now);
    }),
  );
}

type Files = Room["app"]["files"];

function expand(files: Files, data: string, pattern: string): string[] {
  const [head = "", tail] = pattern.split("/*");
  if (tail === undefined) return [join(data, head)];
  return list(files, join(data, head)).map((name) => join(data, head, name, tail));
}

function list(files: Files, folder: string): string[] {
  return files.stat(folder)?.kind === "folder" ? files.list(folder) : [];
}

async function deadSockets({ app, inspect }: Room): Promise<Finding[]> {
  const { sockets } = await import("../../sys/socket.ts");
  const store = await openSessions(app);
  const now = { nowMs: app.clock.now(), userId: inspect.userId };
  const findings: Finding[] = [];
  for (const path of socketsOfTheOver(app.files, store)) {
    const look = inspect.look(path);
    if (look?.kind !== "socket") continue;
    findings.push(...judgeSocket({ path, look, inUse: await answersOn(sockets, path) }, now));
  }
  return findings;
}

/** Where sessions that are not alive may have left a socket: of a live one that is just starting none may be missed. */
function socketsOfTheOver(files: Files, store: SessionStore): string[] {
  const ids = list(files, store.sessions);
  const over = ids.filter((id) => readSession(store, id)?.isAlive === false);
  const live = new Set(ids.filter((id) => !over.includes(id)).map(fnv1a));
  const folder = farFolder(store.sessions, store.sockets);
  const far = list(files, folder).filter((name) => /^[0-9a-f]{16}$/.test(name) && !live.has(name));
  return [...over.map((id) => pathsOf(store, id).nearSocket), ...far.map((name) => join(folder, name))];
}

async function answersOn(sockets: Sockets, path: string): Promise<boolean> {
  const connection = await sockets.connect(path);
  connection?.destroy();
  return connection !== undefined;
}
