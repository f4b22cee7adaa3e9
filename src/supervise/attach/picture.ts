import { clip, plainLine } from "../../core/text.ts";
import type { Size } from "../../sys/tty.ts";
import type { Modes } from "../screen/modes.ts";
import type { Drawing } from "../screen/screen.ts";

/**
 * What to write on a person's terminal so that it shows a session's screen.
 *
 * looop draws where the person is, on the terminal's own screen, so that its scrolling and selecting go on working, and
 * what was there scrolls up instead of being wiped. A session on its alternate screen leaves the main one alone until
 * it comes back from there; see docs/decisions/0010.
 */
export interface Opening {
  /** To write at once. */
  readonly now: string;
  /** To write when the program first leaves the alternate screen. */
  readonly later: string | undefined;
}

/** How to show `drawing` on a terminal of `size` whose program has set `modes`. */
export function openPicture(drawing: Drawing, modes: Modes, size: Size): Opening {
  const main = `${scrolledUp(size)}${drawing.main}`;
  if (drawing.alternate === undefined)
    return { now: main + modes.restoreScreen() + modes.restoreRest(), later: undefined };
  const alternate = `${modes.restoreScreen()}\x1b[H\x1b[2J${drawing.alternate}${modes.restoreRest()}`;
  return { now: alternate, later: main };
}

/**
 * Moves what is shown up and out of sight, where it can be scrolled back to, and goes to the upper left. From wherever
 * the cursor is, so many line feeds scroll just the lines down to it.
 */
function scrolledUp({ rows }: Size): string {
  return `${"\n".repeat(rows)}\x1b[H`;
}

/** What a window is called while it shows `session`, whose program calls it `title`. */
export function windowTitle(session: string, title: string): string {
  return `${clip(plainLine(title), 60) || session} (Ctrl-\\ twice to detach)`;
}

/** Names the window until {@linkcode RESTORE_WINDOW_NAME}. Terminals without a memory for titles, or without titles, ignore it. */
export function nameWindow(title: string): string {
  return `\x1b[22;0t\x1b]2;${title}\x1b\\`;
}

export const RESTORE_WINDOW_NAME = "\x1b[23;0t";

/** Goes to the first free line below `usedRows` (0: nothing was drawn there), or, where that is not known, below all. */
export function belowPicture(usedRows: number | undefined, { rows }: Size): string {
  if (usedRows === 0) return "";
  return usedRows === undefined || usedRows >= rows ? `\x1b[${rows};1H\r\n` : `\x1b[${usedRows + 1};1H\x1b[J`;
}
