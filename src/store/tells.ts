import { join } from "node:path";
import { LooopError } from "../core/error.ts";
import { parseTell, renderTell, type Tell } from "../core/tell.ts";
import type { Clock, Files } from "../sys/sys.ts";
import { idOf } from "./paths.ts";

/**
 * Messages to one worker, in its session's own folder: when its id is used again, that folder is moved away, and they
 * with it.
 */

const ENDING = ".json";

/** Messages of one millisecond are told apart; more than this there are not. */
const ATTEMPTS = 1_000;

export interface TellsEdge {
  readonly files: Files;
  readonly clock: Clock;
  /** The session's folder for messages; its parent is the session. */
  readonly folder: string;
}

/** Leaves a message; false when the session is gone, for which no folder is made. */
export function leaveTell({ files, clock, folder }: TellsEdge, tell: Omit<Tell, "ts">): boolean {
  const nowMs = clock.now();
  try {
    files.claimDir(folder);
  } catch (error) {
    if (!(error instanceof LooopError) || files.stat(join(folder, "..")) !== undefined) throw error;
    return false;
  }
  const text = renderTell({ ...tell, ts: new Date(nowMs).toISOString() });
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // Names sort by time: they are read in the order in which they were left.
    const name = `${String(nowMs).padStart(15, "0")}-${String(attempt).padStart(3, "0")}${ENDING}`;
    if (files.create(join(folder, name), text)) return true;
  }
  return false;
}

/** How many messages wait. */
export function countTells(files: Files, folder: string): number {
  return files.list(folder).filter((name) => idOf(name, ENDING) !== undefined).length;
}

/**
 * Takes all messages of this life of the session, the oldest first. Each is given out at most once, of several readers
 * at a time to one. `damaged` are files that cannot be understood; they are removed.
 */
export function takeTells(
  { files, folder }: Pick<TellsEdge, "files" | "folder">,
  life: string | undefined,
): { readonly tells: readonly Tell[]; readonly damaged: readonly string[] } {
  const tells: Tell[] = [];
  const damaged: string[] = [];
  for (const name of files.list(folder)) {
    const id = idOf(name, ENDING);
    const text = id === undefined ? undefined : takeOne(files, join(folder, name));
    if (text === undefined) continue;
    const tell = parseTell(text);
    if (tell === undefined) damaged.push(name);
    else if (tell.life === undefined || life === undefined || tell.life === life) tells.push(tell);
  }
  return { tells, damaged };
}

/** The marker says who has it: creating it succeeds once, however many try. */
function takeOne(files: Files, path: string): string | undefined {
  const marker = `${path}.taken`;
  if (!files.create(marker, "")) return undefined;
  try {
    return files.read(path);
  } catch (error) {
    if (!(error instanceof LooopError)) throw error;
    return "";
  } finally {
    files.remove(path);
    files.remove(marker);
  }
}
