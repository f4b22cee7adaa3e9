import { concat } from "../../core/bytes.ts";
import { bytesOf } from "../../core/text.ts";
import type { Size } from "../../sys/tty.ts";
import { SequenceScanner } from "../screen/escape-sequences.ts";
import { Modes } from "../screen/modes.ts";
import { openScreen, type Screen } from "../screen/screen.ts";
import { nameWindow, openPicture, RESTORE_WINDOW_NAME, windowTitle } from "./picture.ts";

/** Lines that have scrolled off the session's screen which a person gets to scroll back to. */
const HISTORY_LINES = 500;

/** How much later output is kept to find the end of the picture by, in bytes. Drawn when it is over, so it costs no time. */
const KEPT_BYTES = 262_144;

/** The size that other programs' sessions have unless somebody attached to them. */
const USUAL: Size = { cols: 80, rows: 24 };

const LEAVES_ALTERNATE = /^\x1b(?:\[\?(?:\d+;)*(?:47|1047|1049)(?:;\d+)*l|c)$/;

export interface ClientScreenDeps {
  /** The size that what is shown first was written for. */
  readonly drawnFor: Size | undefined;
  /** What the window is called while nothing else is said; undefined to leave that alone. */
  readonly title: string | undefined;
  /** Of the terminal. */
  size(): Size;
  write(bytes: Uint8Array): void;
}

/**
 * What a terminal shows of a session. The first output is what was there already, up to a megabyte of it; that is drawn
 * by an emulator, and only its last picture goes to the terminal: at once, fit for its size, without bells and questions.
 * What comes behind it passes byte for byte.
 */
export class ClientScreen {
  readonly #edge: ClientScreenDeps;
  /** Of the terminal, by what was written to it. */
  readonly #modes = new Modes();
  #first: Promise<void> | undefined;
  /** Output that came while the picture was drawn; undefined before and after. */
  #behind: Uint8Array[] | undefined;
  #screen: Screen | undefined;
  #kept: (Uint8Array | Size)[] = [];
  #keptBytes = 0;
  /** The main screen, until it is there. */
  #later: string | undefined;
  readonly #scanner = new SequenceScanner();
  #isClosed = false;
  #isNamed = false;

  constructor(edge: ClientScreenDeps) {
    this.#edge = edge;
  }

  /** Takes the next output. */
  show(output: Uint8Array): void {
    if (this.#first === undefined) {
      this.#behind = [];
      this.#first = this.#open(output);
    } else if (this.#behind !== undefined) this.#behind.push(output);
    else this.#pass(output);
  }

  /** Whether the first picture is being drawn: what comes meanwhile has to be kept. */
  get isDrawing(): boolean {
    return this.#behind !== undefined;
  }

  /** Resolves when everything so far was given to the terminal. */
  async drawn(): Promise<void> {
    await this.#first;
  }

  resize(size: Size): void {
    this.#keep(size, 0);
  }

  /** What gives the terminal its own screen and modes back. */
  undo(): string {
    return `${this.#modes.undo()}${this.#isNamed ? RESTORE_WINDOW_NAME : ""}`;
  }

  /** From now on nothing more is written. */
  close(): void {
    this.#isClosed = true;
  }

  /** How many rows the session's main screen takes; 0 when it was never shown, undefined when that is not known. */
  async usedRows(): Promise<number | undefined> {
    await this.#first;
    const screen = this.#screen;
    if (this.#first === undefined || this.#later !== undefined) return 0;
    for (const next of this.#kept) {
      if (next instanceof Uint8Array) await screen?.draw(next);
      else screen?.resize(next);
    }
    return screen?.usedRows();
  }

  async #open(output: Uint8Array): Promise<void> {
    const screen = await openScreen(this.#edge.drawnFor ?? USUAL, HISTORY_LINES);
    await screen.draw(output);
    const size = this.#edge.size();
    screen.resize(size);
    const modes = new Modes();
    modes.feed(output);
    const { title } = this.#edge;
    this.#isNamed = title !== undefined;
    const { now, later } = openPicture(screen.drawing(), modes, size);
    this.#later = later;
    this.#screen = screen;
    this.#write(bytesOf(`${title === undefined ? "" : nameWindow(windowTitle(title, screen.title))}${now}`));
    const behind = this.#behind ?? [];
    this.#behind = undefined;
    for (const piece of behind) this.#pass(piece);
  }

  #pass(output: Uint8Array): void {
    this.#keep(output, output.length);
    this.#write(this.#later === undefined ? output : this.#withMain(output, this.#later));
  }

  /** Puts the main screen behind the sequence that shows it, if there is one in `output`. */
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
    this.#edge.write(bytes);
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
