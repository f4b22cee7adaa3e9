import type { SerializeAddon } from "@xterm/addon-serialize";
import type { Terminal } from "@xterm/headless";
import type { Size } from "../../sys/tty.ts";
import { ansiRow, type Cell } from "./ansi.ts";

/**
 * Draws a session's output with a terminal emulator. Only clients draw: hostile output can cost a client time, and never a
 * supervisor its session. Queries in the output are not answered.
 */

/** The largest number of columns or rows; every cell takes 24 bytes. */
const MAX_SIZE = 1_000;

/** The smallest number of columns: a wide character needs two. */
const MIN_COLS = 2;

/** The most time that drawing may take, in milliseconds; the rest of the output is then left out. A megabyte takes 50. */
const DRAW_TIMEOUT_MS = 3_000;

/** The size of the first piece, in bytes. The clock is read, and other work may run, after each piece. */
const PIECE_BYTES = 16_384;

/** A piece that takes less time than this doubles the size of the next one, in milliseconds. */
const QUICK_MS = 20;

/** Sequences with a repeat count: the emulator would repeat them two thousand million times. */
const REPEATERS = ["b", "I", "L", "M", "S", "T", "Z"];

export interface Cursor {
  /** From 0. */
  readonly row: number;
  /** From 0; equal to the number of columns when the row is full and not wrapped yet. */
  readonly col: number;
  readonly hidden: boolean;
}

/** The output that draws the same picture on a real terminal. Each part leaves the cursor in its place. */
export interface Drawing {
  /** The main screen, with the lines above it. */
  readonly main: string;
  /** The alternate screen, when it is shown. */
  readonly alternate: string | undefined;
}

/** Creates an empty screen of `size`, within its limits, that keeps `historyLines` above it. */
export async function openScreen(size: Size, historyLines = 0): Promise<Screen> {
  const [headless, serialize] = await Promise.all([import("@xterm/headless"), import("@xterm/addon-serialize")]);
  // On Deno the classes are members of the default export.
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
  #leftMs = DRAW_TIMEOUT_MS;

  constructor(terminal: Terminal, serializer: SerializeAddon) {
    this.#terminal = terminal;
    this.#serializer = serializer;
    // The addon is typed for the emulator with a window; the headless one has all that it uses.
    terminal.loadAddon(serializer as never);
    terminal.onTitleChange((title) => {
      this.#title = title;
    });
    for (const final of REPEATERS) {
      terminal.parser.registerCsiHandler({ final }, ([times]) => Number(times) > MAX_SIZE);
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

  /** The window title that the program last set; "" when it set none. */
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
    // The addon writes the main screen, this sequence, then the alternate screen.
    const both = this.#serializer.serialize({ excludeModes: true });
    const alternate = both.slice(main.length).replace("\x1b[?1049h\x1b[H", "");
    return { main, alternate: alternate + this.#colouredBlanks() };
  }

  /** Returns what draws coloured rows without text: the addon leaves them out below the last text. */
  #colouredBlanks(): string {
    const texts = this.rows();
    const rows = this.#map((row) => {
      const drawn = texts[row] === "" ? ansiRow(this.cells(row)) : "";
      return drawn === "" ? "" : `\x1b[${row + 1};1H${drawn}`;
    });
    const all = rows.join("");
    return all === "" ? "" : `\x1b7${all}\x1b8`;
  }

  /** Returns the text of each row without trailing blanks. */
  rows(): string[] {
    return this.#map((row) => this.#line(row)?.translateToString(true).trimEnd() ?? "");
  }

  /** Returns how many rows of the main screen are used: down to the last text or the cursor. */
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

  /** Yields every cell of a row except the second halves of wide characters. The cell object is reused. */
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
  const within = (value: number, min: number) => Math.min(MAX_SIZE, Math.max(min, Math.trunc(value) || min));
  return { cols: within(cols, MIN_COLS), rows: within(rows, 1) };
}

function named<T>(module: T, name: keyof T): T {
  return module[name] === undefined ? (module as T & { default: T }).default : module;
}
