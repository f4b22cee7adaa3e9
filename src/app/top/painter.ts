import { bytesOf } from "../../core/text.ts";

/** Draws frames on a terminal: only the lines that changed, in one piece that the terminal shows at once. */
export class Painter {
  readonly #write: (bytes: Uint8Array) => void;
  #shown: readonly string[] = [];

  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  draw(lines: readonly string[]): void {
    const changed = lines.flatMap((line, at) =>
      line === this.#shown[at] ? [] : [`\u001b[${at + 1};1H${line}\u001b[K`],
    );
    if (this.#shown.length > lines.length) changed.push(`\u001b[${lines.length + 1};1H\u001b[J`);
    this.#shown = lines;
    if (changed.length > 0) this.#write(bytesOf(`${BEGIN}${changed.join("")}${END}`));
  }

  /** Forgets what the terminal shows, because something else has drawn there. */
  forget(): void {
    this.#shown = [];
    this.#write(bytesOf("\u001b[2J"));
  }
}

/** Synchronized output: terminals that know it show all of it at once, others ignore it. */
const BEGIN = "\u001b[?2026h";
const END = "\u001b[?2026l";
