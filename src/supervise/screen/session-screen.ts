import { Buffer } from "node:buffer";
import type { Session } from "../../core/session/session.ts";
import { pathsOf, type SessionStore } from "../../store/session/session-paths.ts";
import type { Files } from "../../sys/sys.ts";
import type { Size } from "../../sys/tty.ts";
import { type ClientDeps, replay } from "../wire/client.ts";
import { openScreen, type Screen } from "./screen.ts";
import { SCROLLBACK_BYTES } from "./scrollback.ts";

/** The size of a session that records none, as babysit's do not. */
const DEFAULT_SIZE: Size = { cols: 80, rows: 24 };

/** The part of a log's end that is drawn, in bytes: as much as an attach replays. */
const DRAWN_BYTES = SCROLLBACK_BYTES;

/** The part that is searched for the last change of screens, as a factor: 64 MB, some hours of an agent, take 50 ms. */
const SEARCH_FACTOR = 64;

/** Returns the screen of a session: from its supervisor when that is ours and alive, else from the end of its log. */
export async function sessionScreen(deps: ClientDeps, session: Session): Promise<Screen> {
  if (session.isAlive && session.isOurs) {
    const { bytes, size } = await replay(deps, session.id);
    return drawn(size, [bytes]);
  }
  return logScreen(deps.store, session);
}

/** Draws the end of a session's log. */
export function logScreen(store: SessionStore, session: Session, drawnBytes = DRAWN_BYTES): Promise<Screen> {
  const path = pathsOf(store, session.id).log;
  const from = Math.max(0, (store.files.stat(path)?.sizeBytes ?? 0) - drawnBytes);
  const tail = store.files.readPart(path, from, drawnBytes) ?? new Uint8Array(0);
  const isAlternate =
    from > 0 && wasAlternate(store.files, path, { end: from, searchedBytes: SEARCH_FACTOR * drawnBytes });
  return drawn(session.status?.size ?? DEFAULT_SIZE, [
    isAlternate ? ENTER_ALTERNATE : new Uint8Array(0),
    tail.subarray(startOfWhole(tail, from)),
  ]);
}

async function drawn(size: Size, pieces: readonly Uint8Array[]): Promise<Screen> {
  const screen = await openScreen(size);
  for (const piece of pieces) await screen.draw(piece);
  return screen;
}

/** Returns the offset of the first whole line or sequence in `tail`. */
function startOfWhole(tail: Uint8Array, from: number): number {
  if (from === 0) return 0;
  const places = [tail.indexOf(0x1b), tail.indexOf(0x0a) + 1].filter((at) => at > 0);
  return places.length === 0 ? 0 : Math.min(...places);
}

const ENTER_ALTERNATE = new TextEncoder().encode("\x1b[?1049h");
const SCREEN_CHANGE = /^\x1b\[\?(?:\d+;)*(?:47|1047|1049)(?:;\d+)*([hl])/;
const BLOCK_BYTES = 1_048_576;

/** The longest such sequence that is found across two blocks, in bytes. */
const OVERLAP_BYTES = 32;

/** Returns true when the last change of screens before byte `end` of the log showed the alternate one. */
function wasAlternate(
  files: Files,
  path: string,
  { end, searchedBytes }: { end: number; searchedBytes: number },
): boolean {
  const lowest = Math.max(0, end - searchedBytes);
  for (let to = end; to > lowest; to -= BLOCK_BYTES) {
    const from = Math.max(lowest, to - BLOCK_BYTES);
    const block = Buffer.from(files.readPart(path, from, to - from + OVERLAP_BYTES) ?? new Uint8Array(0));
    for (
      let at = block.lastIndexOf(PRIVATE_MODE);
      at >= 0;
      at = at === 0 ? -1 : block.lastIndexOf(PRIVATE_MODE, at - 1)
    ) {
      const change = SCREEN_CHANGE.exec(block.toString("latin1", at, at + OVERLAP_BYTES));
      if (change !== null && from + at < end) return change[1] === "h";
    }
  }
  return false;
}

const PRIVATE_MODE = "\x1b[?";
