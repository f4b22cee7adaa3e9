import { Modes } from "../screen/modes.ts";
import { type ClientDeps, replay, send } from "../wire/client.ts";

/** Typing into a session as a person at its terminal would. */

/**
 * Pause between a text and the Enter behind it, in milliseconds. Agents take what arrives in one read for pasted, an
 * Enter at its end included, and do not send it off.
 */
const ENTER_MS = 60;

/** The private mode of a program that wants to know what is pasted. */
const BRACKETED_PASTE = 2004;

const PASTE_MARKS = /\x1b\[20[01]~/g;

export interface SentKeys {
  readonly text: string;
  /** Press Enter behind it. */
  readonly enter: boolean;
  /** What further keys send. */
  readonly keys: readonly string[];
}

/** Types it, and returns how many bytes the session took: all of them, or this throws and says how many. */
export async function sendKeys(
  edge: ClientDeps,
  id: string,
  isOurs: boolean,
  { text, enter, keys }: SentKeys,
): Promise<number> {
  const isPasted = isOurs && text.includes("\n") && (await wantsPastes(edge, id));
  // Marks inside the text would end the paste early, and run what follows.
  const typed = isPasted ? `\x1b[200~${text.replace(PASTE_MARKS, "")}\x1b[201~` : text;
  const presses = [...keys, ...(enter ? ["\r"] : [])];
  let bytes = typed === "" ? 0 : await send(edge, id, typed, false);
  for (const press of presses) {
    if (bytes > 0) await edge.clock.sleep(ENTER_MS);
    bytes += await send(edge, id, press, false);
  }
  return bytes;
}

async function wantsPastes(edge: ClientDeps, id: string): Promise<boolean> {
  const modes = new Modes();
  modes.feed((await replay(edge, id)).bytes);
  return modes.isOn(BRACKETED_PASTE);
}
