import { clip, plainLine } from "../../core/text.ts";
import type { Size } from "../../sys/tty.ts";
import type { Modes } from "../screen/modes.ts";
import type { Drawing } from "../screen/screen.ts";

/**
 * The output that makes a person's terminal show a session's screen.
 *
 * looop draws on the terminal's own main screen, so that scrolling and selecting still work, and what was there scrolls
 * up instead of being erased. While a session shows its alternate screen, the main one is left alone; see
 * docs/decisions/0010.
 */
export interface Opening {
  /** To write at once. */
  readonly now: string;
  /** To write when the program first leaves the alternate screen. */
  readonly later: string | undefined;
}

/** Returns the output that shows `drawing` on a terminal of `size`, with the program's `modes`. */
export function openPicture(drawing: Drawing, modes: Modes, size: Size): Opening {
  const main = `${scrolledUp(size)}${drawing.main}`;
  if (drawing.alternate === undefined)
    return { now: main + modes.restoreScreen() + modes.restoreRest(), later: undefined };
  const alternate = `${modes.restoreScreen()}\x1b[H\x1b[2J${drawing.alternate}${modes.restoreRest()}`;
  return { now: alternate, later: main };
}

/**
 * Scrolls the lines down to the cursor out of sight, where the person can scroll back to them, and moves the cursor to
 * the upper left.
 */
function scrolledUp({ rows }: Size): string {
  return `${"\n".repeat(rows)}\x1b[H`;
}

/** Returns the title of a window that shows `session`, whose program has set `title`, with how to leave it. */
export function windowTitle(session: string, title: string, leave: string): string {
  return `${clip(plainLine(title), 60) || session} (${leave})`;
}

/** Returns what names the window until {@linkcode RESTORE_WINDOW_NAME}. Terminals without a title stack ignore it. */
export function nameWindow(title: string): string {
  return `\x1b[22;0t\x1b]2;${title}\x1b\\`;
}

export const RESTORE_WINDOW_NAME = "\x1b[23;0t";

/** Returns what moves the cursor below `usedRows`: nowhere for 0 (nothing was drawn), below the last row when unknown. */
export function belowPicture(usedRows: number | undefined, { rows }: Size): string {
  if (usedRows === 0) return "";
  return usedRows === undefined || usedRows >= rows ? `\x1b[${rows};1H\r\n` : `\x1b[${usedRows + 1};1H\x1b[J`;
}
