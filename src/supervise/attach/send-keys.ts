import { EXIT, LooopError } from "../../core/error.ts";
import { keyBytes } from "../../core/session/keyboard/key-bytes.ts";
import { keyNamed } from "../../core/session/keyboard/keys.ts";
import { utf8 } from "../../core/text.ts";
import { ask, type ClientDeps, type ClientReply, send } from "../wire/client.ts";

/** The pause before each key that is sent to another program's supervisor, in milliseconds, as ours makes it. */
const KEY_DELAY_MS = 60;

/** The most time that messages before this one may take, in milliseconds. */
const TURN_TIMEOUT_MS = 600_000;

/** The modes of a new terminal: those of another program's session are not known. */
const NEW_TERMINAL = { hasApplicationCursor: false, hasApplicationKeypad: false, kittyFlags: 0, otherKeys: 0 };

export interface Message {
  readonly text: string;
  /** Bytes that are sent as they are, before the text. */
  readonly raw: Uint8Array;
  /** The names of keys that follow the text. */
  readonly keys: readonly string[];
}

/** The result of a message. */
export interface Sent {
  /** The bytes that it has. */
  readonly sent: number;
  /** The bytes that the terminal took; fewer when the program does not read. */
  readonly taken: number;
  /** True when the program read them all; null when that cannot be seen. */
  readonly read: boolean | null;
  readonly isFrozen: boolean;
}

/** Types a message into a session, as one piece that no other message interrupts. Throws when the session refuses it. */
export async function sendMessage(deps: ClientDeps, id: string, isOurs: boolean, message: Message): Promise<Sent> {
  const { text, raw, keys } = message;
  if (!isOurs) return sendInPieces(deps, id, message);
  const request = { op: "type", text, raw: Buffer.from(raw).toString("base64"), keys };
  const reply = await ask(deps, id, request, TURN_TIMEOUT_MS).catch((error: unknown) => {
    // A session that was started before an upgrade.
    if (error instanceof LooopError && error.message.includes("invalid request")) return undefined;
    throw error;
  });
  return reply === undefined ? sendInPieces(deps, id, message) : sentOf(reply);
}

function sentOf({ sent, taken, read, frozen }: ClientReply): Sent {
  const isRead = typeof read === "boolean" ? read : null;
  return { sent: Number(sent), taken: Number(taken), read: isRead, isFrozen: frozen === true };
}

/** Sends a message to a supervisor that takes only text, one piece a request. */
async function sendInPieces(deps: ClientDeps, id: string, { text, raw, keys }: Message): Promise<Sent> {
  const pieces = [utf8(raw), text, ...keys.map((name) => keyBytes(keyNamed(name), NEW_TERMINAL))];
  let sent = 0;
  for (const piece of pieces.filter((it) => it !== "")) {
    if (sent > 0) await deps.clock.sleep(KEY_DELAY_MS);
    sent += await send(deps, id, piece, false);
  }
  return { sent, taken: sent, read: null, isFrozen: false };
}

/** Throws (exit 1) when it could not be seen that the program read the whole message. */
export function requireRead(name: string, { sent, taken, read, isFrozen }: Sent): void {
  if (read !== false && taken === sent) return;
  const state = isFrozen ? "it is frozen" : "the program does not read its input";
  const how = taken < sent ? `only ${taken} of ${sent} bytes were taken` : "it was typed, and not read";
  throw new LooopError({
    message: `Cannot send to ${name}: ${how}: ${state}`,
    hint: `Do not send it again: the program gets all of it once it reads. ${
      isFrozen ? `\`looop thaw ${name}\` continues it` : `\`looop screenshot ${name}\` shows where it is`
    }`,
    exit: EXIT.failed,
  });
}
