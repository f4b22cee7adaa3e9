import type { NamedLimit } from "../limit/limit-kind.ts";
import { readLimit, type UsageLimit } from "../limit/usage-limit.ts";
import { ANSWER_MAX } from "../move/parse-move.ts";
import type { Progress } from "./event.ts";
import { type Line, LongLines } from "./long-lines.ts";
import { readEvent } from "./read-event.ts";
import type { MeteredEvent } from "./usage-meter.ts";

/** A decider's final text, or the reason why it has none. */
export type FinalText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "none"; readonly why: string };

/** A piece of a decider's output: the part to show and the part to meter. */
export interface Heard extends MeteredEvent {
  readonly progress: readonly Progress[];
}

/**
 * Finds the final text in what a decider prints. The events of a built-in runner say it; of a runner that
 * prints no such events it is all that it printed. Memory stays bounded whatever comes.
 */
export class FinalAnswer {
  readonly #lines = new LongLines();
  #said: string | undefined;
  #gaveUp: string | undefined;
  /** The event with which it gave up, as it came. */
  #gaveUpLine: string | undefined;
  #limit: NamedLimit | undefined;
  #plain = "";
  #tooLong = false;
  #events = false;

  /** False when `bytes`, which come next, are part of a flood of plain text, which holds neither answer nor cost. */
  mayMatter(bytes: Uint8Array): boolean {
    return !this.#tooLong || this.#lines.mayHoldEvent(bytes);
  }

  push(bytes: Uint8Array): Heard[] {
    return this.#lines.push(bytes).map((line) => this.#hear(line));
  }

  end(): Heard[] {
    return this.#lines.end().map((line) => this.#hear(line));
  }

  final(): FinalText {
    if (!this.#events) {
      if (this.#tooLong) return none(`it has more than ${ANSWER_MAX} characters`);
      return { kind: "text", text: this.#plain };
    }
    if (this.#gaveUp !== undefined) return none(`the runner reports an error: ${this.#gaveUp}`);
    if (this.#said === undefined) return none("the runner's events hold no final text");
    return { kind: "text", text: this.#said };
  }

  /** Returns the error with which the runner gave up by its events, whatever its exit code is. */
  broken(): string | undefined {
    return this.#gaveUp;
  }

  /** True when some line was an event: then all other lines are only log output. */
  hasEvents(): boolean {
    return this.#events;
  }

  /** Returns the usage limit that stopped the runner, by its events; undefined without one. */
  limit(nowMs: number): UsageLimit | undefined {
    if (this.#gaveUp === undefined) return undefined;
    return readLimit({ event: this.#limit, line: this.#gaveUpLine, words: this.#gaveUp }, nowMs);
  }

  #hear(line: Line): Heard {
    switch (line.kind) {
      case "whole":
        return this.#whole(line.text);
      case "piece":
        this.#keep(line.text);
        return { progress: [{ kind: "line", text: line.text }] };
      case "skipped":
        this.#tooLong = true;
        return { progress: [], missed: true };
    }
  }

  #whole(text: string): Heard {
    const event = readEvent(text);
    if (event.known === true) this.#events = true;
    else this.#keep(`${text}\n`);
    const failed = event.progress.find((it) => it.kind === "failed" && it.fatal === true);
    if (failed?.kind === "failed") {
      this.#gaveUp = failed.what;
      this.#gaveUpLine = text;
    }
    // A runner that gets an answer, or its bill, has not given up.
    else if (event.answer !== undefined || event.usage !== undefined) this.#gaveUp = undefined;
    if (event.answer !== undefined) this.#said = event.answer;
    this.#limit = event.limit ?? this.#limit;
    const progress: readonly Progress[] =
      event.known === true || text.trim() === "" ? event.progress : [{ kind: "line", text }];
    return { ...event, progress };
  }

  #keep(text: string): void {
    if (this.#plain.length + text.length > ANSWER_MAX + 1_024) this.#tooLong = true;
    else this.#plain += text;
  }
}

function none(why: string): FinalText {
  return { kind: "none", why };
}
