import { Buffer } from "node:buffer";
import { expected } from "../../core/error.ts";
import { bytesOf, plain, utf8 } from "../../core/text.ts";
import { topFrame } from "../../core/top/frame.ts";
import { press } from "../../core/top/press.ts";
import { type Effect, START, type TopData, type TopUi, withSelection } from "../../core/top/top-state.ts";
import { keysIn, wholeInput } from "../../core/top/typed-keys.ts";
import type { Size, TakenTerminal } from "../../sys/tty.ts";
import type { App } from "../open.ts";
import { Painter } from "./painter.ts";
import { runVerb } from "./run-verb.ts";

/** The alternate screen without a cursor, the mouse (presses and the wheel), and pastes told apart from keys. */
const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?1000h\u001b[?1006h\u001b[?2004h";
const LEAVE = "\u001b[?2004l\u001b[?1006l\u001b[?1000l\u001b[?25h\u001b[?1049l";

const DEFAULT_SIZE: Size = { cols: 80, rows: 24 };

/** The time between two readings while nothing is noticed, in milliseconds: ages and screens change without a notice. */
const EVERY_MS = 3_000;

/** The time between a notice and the reading, in milliseconds: a beat writes many files at once. */
const SETTLE_MS = 100;

export interface TopDeps {
  /** Reads the data; without what takes long until {@linkcode TopDeps.loadAll} was called. */
  read(): Promise<TopData>;
  loadAll(): Promise<void>;
  /** Puts the terminal on a session. Throws when that is not possible. */
  attach(id: string): Promise<unknown>;
}

/** Shows the screen until the person leaves. */
export async function showTop(app: App, deps: TopDeps): Promise<void> {
  const screen = new TopScreen(app, deps, await deps.read());
  await screen.run();
}

class TopScreen {
  readonly #app: App;
  readonly #deps: TopDeps;
  readonly #painter = new Painter((bytes) => this.#taken?.write(bytes));
  #data: TopData;
  #ui: TopUi = START;
  #taken: TakenTerminal | undefined;
  #size: Size = DEFAULT_SIZE;
  #wake = new AbortController();
  #effects: Effect[] = [];
  /** Input whose end has not arrived. */
  #rest = "";
  #isOver = false;
  #isStale = false;
  #signal: NodeJS.Signals | undefined;

  constructor(app: App, deps: TopDeps, data: TopData) {
    this.#app = app;
    this.#deps = deps;
    this.#data = data;
    this.#ui = withSelection(START, data);
  }

  async run(): Promise<void> {
    const terminal = await this.#app.terminal();
    const watch = await this.#app.watchFolder();
    const { asks, answers, data } = this.#app.paths();
    const watchers = [data, asks, answers].map((folder) => watch(folder, () => this.#notice()));
    await this.#take();
    try {
      this.#draw();
      await this.#deps.loadAll();
      await this.#reread();
      while (!this.#isOver) {
        this.#wake = new AbortController();
        this.#draw();
        for (
          let effect = this.#effects.shift();
          effect !== undefined && !this.#isOver;
          effect = this.#effects.shift()
        ) {
          await this.#carryOut(effect);
          await this.#reread();
          this.#draw();
        }
        if (this.#isOver) break;
        await this.#app.clock.sleep(EVERY_MS, this.#wake.signal);
        if (this.#wake.signal.aborted && !this.#isStale) continue;
        if (this.#isStale) await this.#app.clock.sleep(SETTLE_MS);
        await this.#reread();
      }
    } finally {
      for (const watcher of watchers) watcher.close();
      await this.#taken?.release("");
    }
    if (this.#signal !== undefined) terminal.die(this.#signal);
  }

  async #take(): Promise<void> {
    this.#rest = "";
    const terminal = await this.#app.terminal();
    this.#size = terminal.size() ?? DEFAULT_SIZE;
    this.#taken = terminal.take({
      onInput: (bytes) => this.#typed(utf8(bytes)),
      onResize: (size) => {
        this.#size = size;
        this.#painter.forget();
        this.#wake.abort();
      },
      onDrain: () => {},
      onResume: () => {
        this.#taken?.write(bytesOf(ENTER));
        this.#painter.forget();
        this.#wake.abort();
      },
      onLeave: (name) => {
        this.#signal = name;
        this.#isOver = true;
        this.#wake.abort();
      },
      undo: () => LEAVE,
    });
    this.#taken.write(bytesOf(ENTER));
    this.#painter.forget();
  }

  #frame() {
    return topFrame(this.#data, this.#ui, { ...this.#size, colour: this.#app.output.colour });
  }

  #draw(): void {
    this.#painter.draw(this.#frame().lines);
  }

  #typed(text: string): void {
    const { rest, whole } = wholeInput(this.#rest + text);
    this.#rest = rest;
    for (const key of keysIn(whole)) {
      const { keys } = this.#frame();
      const layout = { ...this.#size, page: Math.max(1, this.#size.rows - 4), rowAt: (line: number) => keys[line] };
      const { effect, ui } = press(this.#ui, key, this.#data, layout);
      this.#ui = ui;
      if (effect?.kind === "quit") this.#isOver = true;
      else if (effect !== undefined) this.#effects.push(effect);
    }
    // What was typed is on the screen before anything else happens.
    if (!this.#isOver) this.#draw();
    if (this.#isOver || this.#effects.length > 0) this.#wake.abort();
  }

  #notice(): void {
    this.#isStale = true;
    this.#wake.abort();
  }

  async #reread(): Promise<void> {
    this.#isStale = false;
    this.#data = await this.#deps.read();
    this.#ui = withSelection(this.#ui, this.#data);
  }

  async #carryOut(effect: Effect): Promise<void> {
    switch (effect.kind) {
      case "quit":
        return;
      case "copy":
        this.#taken?.write(bytesOf(`\u001b]52;c;${Buffer.from(effect.text).toString("base64")}\u0007`));
        return this.#say(`copied: ${effect.text}`);
      case "attach":
        return this.#attach(effect.id);
      case "run":
        return this.#run(effect.words, effect.shows);
    }
  }

  async #attach(id: string): Promise<void> {
    await this.#taken?.release("");
    this.#taken = undefined;
    try {
      await this.#deps.attach(id);
      this.#say(`$ looop attach ${id}`);
    } catch (error) {
      expected(error);
      this.#say(error.message);
    }
    await this.#take();
  }

  async #run(words: readonly string[], shows: "text" | "message"): Promise<void> {
    const line = `$ looop ${words.filter((word) => word !== "--").join(" ")}`;
    this.#say(`${line} ...`);
    this.#draw();
    const { code, output } = await runVerb(this.#app, words);
    const lines = plain(output).trimEnd().split("\n");
    if (shows === "text" && code === 0) {
      this.#ui = { ...this.#ui, message: line, mode: { kind: "text", title: line, lines, scroll: 0 } };
      return;
    }
    const result = code === 0 ? lines.at(-1) : lines.find((text) => text !== "");
    this.#say(`${line}: ${result || "done"}`);
  }

  #say(message: string): void {
    this.#ui = { ...this.#ui, message };
  }
}
