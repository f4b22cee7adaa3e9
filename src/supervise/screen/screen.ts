import type { SerializeAddon } from "@xterm/addon-serialize";
import type { Terminal } from "@xterm/headless";
import type { Size } from "../../sys/tty.ts";
import { ansiRow } from "./ansi.ts";
import type { Cell } from "./cell.ts";

/**
 * The screen that a session's output has led to, by a terminal emulator. Only clients draw: hostile output may cost one
 * of them its time, never a supervisor its session. It never answers what the output asks: nobody hears it.
 */

/** Largest screen that is kept; every cell costs 24 bytes. */
const MOST = 1_000;

/** Fewest columns that the emulator has: with one, no wide character could ever be drawn. */
const LEAST_COLS = 2;

/** How long drawing may take, in milliseconds; what is left of the output is then left out. A megabyte takes 50. */
const DRAWING_MS = 3_000;

/** How much is drawn before the first look at the clock, in bytes. Each look also lets other work in between. */
const PIECE_BYTES = 16_384;

/** A piece that took less than this lets the next be twice as long, in milliseconds. */
const QUICK_MS = 20;

/** Sequences whose parameter says how often; the emulator does it that often, two thousand million times if told so. */
const REPEATERS = ["b", "I", "L", "M", "S", "T", "Z"];

export interface Cursor {
  /** From 0. */
  readonly row: number;
  /** From 0; the number of columns when a full row waits to be wrapped. */
  readonly col: number;
  readonly hidden: boolean;
}

/** What to draw on a real terminal for the same picture; each ends with the cursor in its place. */
export interface Drawing {
  /** The main screen, with the lines that have scrolled off it. */
  readonly main: string;
  /** The alternate screen, when that is shown. */
  readonly alternate: string | undefined;
}

/** An empty screen of about `size`, which remembers `historyLines` that scroll off. */
export async function openScreen(size: Size, historyLines = 0): Promise<Screen> {
  const [headless, serialize] = await Promise.all([import("@xterm/headless"), import("@xterm/addon-serialize")]);
  // On Deno the names are members of the default export.
  const { Terminal } = named<typeof headless>(headless, "Terminal");
  const { SerializeAddon } = named<typeof serialize>(serialize, "SerializeAddon");
  const terminal = new Terminal({
    ...clamped(size),
    scrollback: historyLines,
    allowProposedApi: true,
    logLevel: "off",
  });
  return new Screen(terminal, new SerializeAddon());
}

export class Screen {
  readonly #terminal: Terminal;
  readonly #serializer: SerializeAddon;
  #isCursorHidden = false;
  #title = "";
  #leftMs = DRAWING_MS;

  constructor(terminal: Terminal, serializer: SerializeAddon) {
    this.#terminal = terminal;
    this.#serializer = serializer;
    // Its types are those of the emulator with a window, of which this is a part.
    terminal.loadAddon(serializer as never);
    terminal.onTitleChange((title) => {
      this.#title = title;
    });
    for (const final of REPEATERS) {
      terminal.parser.registerCsiHandler({ final }, ([times]) => Number(times) > MOST);
    }
    for (const final of ["h", "l"]) {
      terminal.parser.registerCsiHandler({ prefix: "?", final }, (modes) => {
        if (modes.includes(25)) this.#isCursorHidden = final === "l";
        return false;
      });
    }
  }

  get size(): Size {
    return { cols: this.#terminal.cols, rows: this.#terminal.rows };
  }

  /** What the program last called its window; "" when it did not. */
  get title(): string {
    return this.#title;
  }

  get isAlternate(): boolean {
    return this.#terminal.buffer.active.type === "alternate";
  }

  get cursor(): Cursor {
    const { cursorX: col, cursorY: row } = this.#terminal.buffer.active;
    return { row, col, hidden: this.#isCursorHidden };
  }

  /** Draws more output. */
  async draw(output: Uint8Array): Promise<void> {
    let size = PIECE_BYTES;
    for (let at = 0; at < output.length && this.#leftMs > 0; ) {
      const beganMs = performance.now();
      const piece = output.subarray(at, at + size);
      await new Promise<void>((done) => this.#terminal.write(piece, done));
      const tookMs = performance.now() - beganMs;
      this.#leftMs -= tookMs;
      at += piece.length;
      if (tookMs < QUICK_MS) size *= 2;
    }
  }

  resize(size: Size): void {
    const { cols, rows } = clamped(size);
    this.#terminal.resize(cols, rows);
  }

  drawing(): Drawing {
    const main = this.#serializer.serialize({ excludeModes: true, excludeAltBuffer: true });
    if (!this.isAlternate) return { main: main + this.#colouredBlanks(), alternate: undefined };
    // The addon draws one screen after the other, with this in between.
    const both = this.#serializer.serialize({ excludeModes: true });
    const alternate = both.slice(main.length).replace("\x1b[?1049h\x1b[H", "");
    return { main, alternate: alternate + this.#colouredBlanks() };
  }

  /** Rows without text whose colour shows: below the last text, the addon leaves them out. */
  #colouredBlanks(): string {
    const texts = this.rows();
    const rows = this.#map((row) => {
      const drawn = texts[row] === "" ? ansiRow(this.cells(row)) : "";
      return drawn === "" ? "" : `\x1b[${row + 1};1H${drawn}`;
    });
    const all = rows.join("");
    return all === "" ? "" : `\x1b7${all}\x1b8`;
  }

  /** The text of each row, without the blanks at its end. */
  rows(): string[] {
    return this.#map((row) => this.#line(row)?.translateToString(true).trimEnd() ?? "");
  }

  /** How many rows of the main screen lie at or above the last one with text, or above the cursor. */
  usedRows(): number {
    const { normal } = this.#terminal.buffer;
    let used = normal.cursorY + (normal.cursorX > 0 ? 1 : 0);
    for (let row = this.size.rows - 1; row >= used; row--) {
      if (
        normal
          .getLine(normal.baseY + row)
          ?.translateToString(true)
          .trimEnd() !== ""
      )
        used = row + 1;
    }
    return used;
  }

  /** Every cell of a row but the second halves of wide characters. The cell is the same object each time. */
  *cells(row: number): Iterable<readonly [col: number, cell: Cell]> {
    const line = this.#line(row);
    const cell = this.#terminal.buffer.active.getNullCell();
    for (let col = 0; col < this.size.cols; col++) {
      if (line?.getCell(col, cell) !== undefined && cell.getWidth() > 0) yield [col, cell];
    }
  }

  #line(row: number) {
    const { active } = this.#terminal.buffer;
    return active.getLine(active.baseY + row);
  }

  #map<T>(of: (row: number) => T): T[] {
    return Array.from({ length: this.size.rows }, (_, row) => of(row));
  }
}

function clamped({ cols, rows }: Size): Size {
  const within = (value: number, least: number) => Math.min(MOST, Math.max(least, Math.trunc(value) || least));
  return { cols: within(cols, LEAST_COLS), rows: within(rows, 1) };
}

function named<T>(module: T, name: keyof T): T {
  return module[name] === undefined ? (module as T & { default: T }).default : module;
}
