import { concat } from "../../core/bytes.ts";
import { bytesOf, clip } from "../../core/text.ts";
import type { Size } from "../../sys/tty.ts";
import { SequenceScanner } from "../screen/escape-sequences.ts";
import { Modes } from "../screen/modes.ts";
import { openScreen, type Screen } from "../screen/screen.ts";
import { nameWindow, openPicture, RESTORE_WINDOW_NAME, windowTitle } from "./picture.ts";

/** The lines above the session's screen that a person can scroll back to. */
const HISTORY_LINES = 500;

/** The most later output that is kept to compute the used rows at the end, in bytes. It is drawn only then. */
const KEPT_BYTES = 262_144;

/** The size of another program's session before anyone attaches to it. */
const DEFAULT_SIZE: Size = { cols: 80, rows: 24 };

const ORIGIN_MODE = 6;

const LEAVES_ALTERNATE = /^\x1b(?:\[\?(?:\d+;)*(?:47|1047|1049)(?:;\d+)*l|c)$/;

export interface ClientScreenDeps {
  /** The size that the first output was written for. */
  readonly drawnFor: Size | undefined;
  /** The title of the window until the program sets one; undefined to leave the title alone. */
  readonly title: string | undefined;
  /** The words about how to leave, for the title. */
  readonly leave: string;
  /** Returns the size of the terminal. */
  size(): Size;
  write(bytes: Uint8Array): void;
}

/**
 * Shows a session on a client's terminal. The first output is the replay, up to a megabyte. An emulator draws it, and only
 * the resulting picture goes to the terminal: at once, in its size, without bells and queries. All later output passes
 * byte for byte.
 */
export class ClientScreen {
  readonly #deps: ClientScreenDeps;
  /** The modes of the terminal, by what was written to it. */
  readonly #modes = new Modes();
  #first: Promise<void> | undefined;
  /** Output that came while the first picture was drawn; undefined before and after. */
  #pending: Uint8Array[] | undefined;
  #screen: Screen | undefined;
  #kept: (Uint8Array | Size)[] = [];
  #keptBytes = 0;
  /** The output that draws the main screen, until that is shown. */
  #later: string | undefined;
  readonly #scanner = new SequenceScanner();
  #isClosed = false;
  #isNamed = false;
  /** The output that removes the line about how to leave; undefined while it is not shown. */
  #unhint: string | undefined;

  constructor(deps: ClientScreenDeps) {
    this.#deps = deps;
  }

  /** Shows the next output. */
  show(output: Uint8Array): void {
    if (this.#first === undefined) {
      this.#pending = [];
      this.#first = this.#open(output);
    } else if (this.#pending !== undefined) this.#pending.push(output);
    else this.#pass(output);
  }

  /** True while the first picture is drawn, and output must be kept. */
  get isDrawing(): boolean {
    return this.#pending !== undefined;
  }

  /** Resolves when all output so far was written to the terminal. */
  async drawn(): Promise<void> {
    await this.#first;
  }

  resize(size: Size): void {
    this.#keep(size, 0);
  }

  /** Returns what restores the terminal's own screen and modes. */
  undo(): string {
    return `${this.#modes.undo()}${this.#isNamed ? RESTORE_WINDOW_NAME : ""}`;
  }

  /** Stops writing to the terminal. */
  close(): void {
    this.#isClosed = true;
  }

  /** Returns how many rows the session's main screen uses: 0 when it was never shown, undefined when unknown. */
  async usedRows(): Promise<number | undefined> {
    await this.#first;
    if (this.#first === undefined || this.#later !== undefined) return 0;
    return (await this.#drawKept())?.usedRows();
  }

  async #open(output: Uint8Array): Promise<void> {
    const screen = await openScreen(this.#deps.drawnFor ?? DEFAULT_SIZE, HISTORY_LINES);
    await screen.draw(output);
    const size = this.#deps.size();
    screen.resize(size);
    const modes = new Modes();
    modes.feed(output);
    const { title, leave } = this.#deps;
    this.#isNamed = title !== undefined;
    const { now, later } = openPicture(screen.drawing(), modes, size);
    this.#later = later;
    this.#screen = screen;
    this.#write(bytesOf(`${title === undefined ? "" : nameWindow(windowTitle(title, screen.title, leave))}${now}`));
    const pending = this.#pending ?? [];
    this.#pending = undefined;
    for (const piece of pending) this.#pass(piece);
  }

  /** Says in the last row, when that is free, how to leave, until {@linkcode removeHint}. */
  async hint(): Promise<void> {
    await this.#first;
    const screen = await this.#drawKept();
    // Inside a sequence, in the alternate screen, or where rows are counted from a region, the line would do harm.
    if (this.#modes.isInside || this.#modes.isAlternate || this.#modes.isOn(ORIGIN_MODE)) return;
    const { cols, rows } = this.#deps.size();
    if (screen === undefined || screen.usedRows() >= rows - 1) return;
    const inLastRow = (text: string) => `\x1b7\x1b[${rows};1H${text}\x1b8`;
    this.#write(bytesOf(inLastRow(`\x1b[0;2m${clip(`[${this.#deps.leave}]`, cols - 1)}\x1b[0m`)));
    this.#unhint = inLastRow("\x1b[0m\x1b[2K");
  }

  /** Brings the emulator up to date and returns it; undefined when too much was printed. */
  async #drawKept(): Promise<Screen | undefined> {
    for (let next = this.#kept.shift(); next !== undefined; next = this.#kept.shift()) {
      if (next instanceof Uint8Array) await this.#screen?.draw(next);
      else this.#screen?.resize(next);
    }
    this.#keptBytes = 0;
    return this.#screen;
  }

  /** Removes the line that says how to leave. */
  removeHint(): void {
    const unhint = this.#unhint;
    this.#unhint = undefined;
    if (unhint !== undefined) this.#write(bytesOf(unhint));
  }

  #pass(output: Uint8Array): void {
    this.removeHint();
    this.#keep(output, output.length);
    this.#write(this.#later === undefined ? output : this.#withMain(output, this.#later));
  }

  /** Inserts the main screen after the sequence in `output` that leaves the alternate one, if there is one. */
  #withMain(output: Uint8Array, main: string): Uint8Array {
    let at: number | undefined;
    this.#scanner.feed(output, ({ text, end }) => {
      if (LEAVES_ALTERNATE.test(text)) at ??= end;
    });
    if (at === undefined) return output;
    this.#later = undefined;
    return concat([output.subarray(0, at), bytesOf(main), output.subarray(at)]);
  }

  #write(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    this.#modes.feed(bytes);
    this.#deps.write(bytes);
  }

  #keep(next: Uint8Array | Size, bytes: number): void {
    if (this.#screen === undefined) return;
    this.#kept.push(next);
    this.#keptBytes += bytes;
    if (this.#keptBytes <= KEPT_BYTES && this.#kept.length <= KEPT_BYTES / 16) return;
    this.#screen = undefined;
    this.#kept = [];
  }
}
