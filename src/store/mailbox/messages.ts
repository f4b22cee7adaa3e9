import { join } from "node:path";
import { LooopError } from "../../core/error.ts";
import { type Message, parseMessage, renderMessage } from "../../core/mailbox/message.ts";
import type { Clock, Files } from "../../sys/sys.ts";
import { idOf } from "../paths.ts";
import { readOrEmpty } from "../read-text.ts";

/**
 * Messages to one worker, in its session's own folder: when its id is used again, that folder is moved away, and they
 * with it.
 */

const ENDING = ".json";

/** Messages of one millisecond are told apart; more than this there are not. */
const ATTEMPTS = 1_000;

/** How long a reader may have a message in hand, in milliseconds: it takes a few. */
const READING_MS = 10_000;

export interface MessagesDeps {
  readonly files: Files;
  readonly clock: Clock;
  /** The session's folder for messages; its parent is the session. */
  readonly folder: string;
}

/** Leaves a message; false when the session is gone, for which no folder is made. */
export function leaveMessage({ files, clock, folder }: MessagesDeps, tell: Omit<Message, "ts">): boolean {
  const nowMs = clock.now();
  try {
    files.claimDir(folder);
  } catch (error) {
    if (!(error instanceof LooopError) || files.stat(join(folder, "..")) !== undefined) throw error;
    return false;
  }
  const text = renderMessage({ ...tell, ts: new Date(nowMs).toISOString() });
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // Names sort by time: they are read in the order in which they were left.
    const name = `${String(nowMs).padStart(15, "0")}-${String(attempt).padStart(3, "0")}${ENDING}`;
    if (files.create(join(folder, name), text)) return true;
  }
  return false;
}

/** Messages in a reader's hand. */
export interface Taken {
  readonly tells: readonly Message[];
  /** Files that cannot be understood. */
  readonly damaged: readonly string[];
  /** Removes them all. Called once they were read out: a reader that dies before leaves them to the next one. */
  forget(): void;
}

/** Takes all messages of this life of the session, the oldest first; of several readers at a time each goes to one. */
export function takeMessages({ files, clock, folder }: MessagesDeps, life: string | undefined): Taken {
  const tells: Message[] = [];
  const damaged: string[] = [];
  const taken: string[] = [];
  for (const name of files.list(folder)) {
    const path = join(folder, name);
    if (idOf(name, ENDING) === undefined || !isMine(files, markerOf(path), clock.now())) continue;
    taken.push(path);
    const text = readOrEmpty(files, path);
    const tell = text === undefined ? undefined : parseMessage(text);
    if (tell === undefined) damaged.push(...(text === undefined ? [] : [name]));
    else if (tell.life === undefined || life === undefined || tell.life === life) tells.push(tell);
  }
  const forget = () => {
    for (const path of taken) {
      files.remove(path);
      files.remove(markerOf(path));
    }
  };
  return { tells, damaged, forget };
}

const markerOf = (path: string) => `${path}.taken`;

/** The marker says who has it: creating it succeeds once, however many try. One that stays is of a reader that died. */
function isMine(files: Files, marker: string, nowMs: number): boolean {
  const madeMs = files.stat(marker)?.mtimeMs;
  if (madeMs !== undefined && Math.abs(nowMs - madeMs) > READING_MS) files.remove(marker);
  return files.create(marker, "");
}
