import { Modes } from "../screen/modes.ts";
import { type ClientDeps, replay, send } from "../wire/client.ts";

/**
 * The pause before each key, in milliseconds. Agents treat what arrives in one read as a paste, even with an Enter at its
 * end, and do not submit it.
 */
const KEY_DELAY_MS = 60;

/** The private mode of a program that wants pastes marked. */
const BRACKETED_PASTE = 2004;

/** The marks at the start and end of a paste. */
const PASTE_MARKS = /\x1b\[20[01]~/g;

export interface SentKeys {
  readonly text: string;
  /** Press Enter after the text. */
  readonly enter: boolean;
  /** The bytes of further keys, in order, sent before the Enter. */
  readonly keys: readonly string[];
}

/** Sends text and keys as a person at the terminal would, and returns how many bytes. Throws when not all were taken. */
export async function sendKeys(
  deps: ClientDeps,
  id: string,
  isOurs: boolean,
  { text, enter, keys }: SentKeys,
): Promise<number> {
  const isPasted = isOurs && text.includes("\n") && (await wantsPastes(deps, id));
  // A mark inside the text would end the paste early, and the program would run what follows.
  const input = isPasted ? `\x1b[200~${text.replace(PASTE_MARKS, "")}\x1b[201~` : text;
  const allKeys = [...keys, ...(enter ? ["\r"] : [])];
  let bytes = input === "" ? 0 : await send(deps, id, input, false);
  for (const key of allKeys) {
    if (bytes > 0) await deps.clock.sleep(KEY_DELAY_MS);
    bytes += await send(deps, id, key, false);
  }
  return bytes;
}

async function wantsPastes(deps: ClientDeps, id: string): Promise<boolean> {
  const modes = new Modes();
  modes.feed((await replay(deps, id)).bytes);
  return modes.isOn(BRACKETED_PASTE);
}
