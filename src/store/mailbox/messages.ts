import { join } from "node:path";
import { LooopError } from "../../core/error.ts";
import { type Message, parseMessage, renderMessage } from "../../core/mailbox/message.ts";
import type { Clock, Files } from "../../sys/sys.ts";
import { idOf } from "../paths.ts";
import { readOrEmpty } from "../read-text.ts";

/**
 * Messages to one worker: `sessions/<id>/tells/<time>-<number>.json`, one file each. `looop tell` and the loop write
 * them, `looop told` reads and removes them. They are in the session's folder, which is moved away when the id is used
 * again, so a new worker does not get the messages of an old one.
 */

const ENDING = ".json";

/** How many names are tried: far more than the messages of one millisecond. */
const NAME_ATTEMPTS = 1_000;

/** A reader that took a message and did not remove it within this time has died, in milliseconds. Reading takes a few. */
const TAKEN_MS = 10_000;

export interface MessagesDeps {
  readonly files: Files;
  readonly clock: Clock;
  /** The session's folder for messages, directly inside the session's folder. */
  readonly folder: string;
}

/** Leaves a message. Returns false when the session's folder does not exist; it is not made again. */
export function leaveMessage({ files, clock, folder }: MessagesDeps, message: Omit<Message, "ts">): boolean {
  const nowMs = clock.now();
  try {
    files.claimDir(folder);
  } catch (error) {
    if (!(error instanceof LooopError) || files.stat(join(folder, "..")) !== undefined) throw error;
    return false;
  }
  const text = renderMessage({ ...message, ts: new Date(nowMs).toISOString() });
  for (let attempt = 0; attempt < NAME_ATTEMPTS; attempt++) {
    // Names sort by time, so that messages are read in the order in which they were left.
    const name = `${String(nowMs).padStart(15, "0")}-${String(attempt).padStart(3, "0")}${ENDING}`;
    if (files.create(join(folder, name), text)) return true;
  }
  return false;
}

/** Messages that one reader has taken and not yet removed. */
export interface TakenMessages {
  readonly messages: readonly Message[];
  /** Names of files that cannot be parsed. */
  readonly damaged: readonly string[];
  /** Removes them all. Call it after they were printed: a reader that dies before leaves them to the next one. */
  remove(): void;
  /** Leaves them all to the next reader. */
  giveBack(): void;
}

/** Takes all messages for this life of the session, the oldest first. Of several readers at once one gets each message. */
export function takeMessages({ files, clock, folder }: MessagesDeps, life: string | undefined): TakenMessages {
  const messages: Message[] = [];
  const damaged: string[] = [];
  const taken: string[] = [];
  for (const name of files.list(folder)) {
    const path = join(folder, name);
    if (idOf(name, ENDING) === undefined || !take(files, markerOf(path), clock.now())) continue;
    taken.push(path);
    const text = readOrEmpty(files, path);
    const message = text === undefined ? undefined : parseMessage(text);
    if (message === undefined) damaged.push(...(text === undefined ? [] : [name]));
    else if (message.life === undefined || life === undefined || message.life === life) messages.push(message);
  }
  const remove = () => {
    for (const path of taken) {
      files.remove(path);
      files.remove(markerOf(path));
    }
  };
  const giveBack = () => {
    for (const path of taken) files.remove(markerOf(path));
  };
  return { messages, damaged, remove, giveBack };
}

const markerOf = (path: string) => `${path}.taken`;

/** Takes a message by creating its marker, which succeeds for one reader only. Removes the marker of a dead reader first. */
function take(files: Files, marker: string, nowMs: number): boolean {
  const madeMs = files.stat(marker)?.mtimeMs;
  if (madeMs !== undefined && Math.abs(nowMs - madeMs) > TAKEN_MS) files.remove(marker);
  return files.create(marker, "");
}
