import { paint } from "../colour.ts";
import { clip, plainLine } from "../text.ts";
import { localClock } from "../time.ts";
import { type ListedSession, sessionTable, type TableLook } from "./table.ts";

/** The sessions of one frame, with their last lines. */
export interface Watched {
  readonly sessions: readonly ListedSession[];
  /** The rows of each session's screen, by session id. */
  readonly screens: ReadonlyMap<string, readonly string[]>;
}

export interface WatchLook extends TableLook {
  readonly width: number;
  readonly rows: number;
  readonly everyMs: number;
}

const HOME = "\u001b[H";
const TO_LINE_END = "\u001b[K";
const TO_SCREEN_END = "\u001b[J";

/**
 * Returns one frame of `ls --watch`: the table with each session's last line below it, cut to the terminal. It overwrites
 * the previous frame, so nothing flickers.
 */
export function watchFrame({ sessions, screens }: Watched, look: WatchLook): string {
  const [titles = "", ...rows] = sessionTable(sessions, look);
  const dim = (text: string) => paint(look.colour, "dim", text);
  const lines = [
    dim(clip(`looop ls, every ${look.everyMs / 1_000} s, ${localClock(look.nowMs)}; q or Ctrl-C ends`, look.width)),
    titles,
    ...rows.flatMap((row, at) => {
      const last = plainLine(screens.get(sessions[at]?.id ?? "")?.at(-1) ?? "");
      return last === "" ? [row] : [row, dim(clip(`  ↳ ${last}`, look.width))];
    }),
  ];
  const hidden = lines.length - look.rows;
  const shown = hidden > 0 ? [...lines.slice(0, look.rows - 1), dim(`(${hidden + 1} more lines)`)] : lines;
  return `${HOME}${shown.map((line) => `${line}${TO_LINE_END}`).join("\r\n")}${TO_SCREEN_END}`;
}

/** Returns true when these keys end the watch: q, Ctrl-C, Ctrl-D or Escape alone. */
export function endsWatch(keys: string): boolean {
  return ["q", "Q", "\u0003", "\u0004", "\u001b"].includes(keys);
}
