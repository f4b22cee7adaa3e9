import { type Line, LongLines } from "./long-lines.ts";
import { ANSWER_MAX } from "./parse-move.ts";
import { type Progress, readEvent, type Usage } from "./stream.ts";

/** A decider's final text, or why there is none to read. */
export type FinalText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "none"; readonly why: string };

/** What a piece of a decider's output is for the others: something to show, something to count. */
export interface Heard {
  readonly progress: readonly Progress[];
  readonly usage?: Usage;
  /** A part of the stream that may have held usage was too long to read. */
  readonly missed?: true;
}

/**
 * Finds the final text in what a decider prints. The events of claude, pi, codex and opencode say it; of a runner that
 * prints no such events it is all that it printed. Memory stays bounded whatever comes.
 */
export class FinalAnswer {
  private readonly lines = new LongLines();
  private said: string | undefined;
  private broken: string | undefined;
  private plain = "";
  private tooLong = false;
  private events = false;

  push(bytes: Uint8Array): Heard[] {
    return this.lines.push(bytes).map((line) => this.hear(line));
  }

  end(): Heard[] {
    return this.lines.end().map((line) => this.hear(line));
  }

  final(): FinalText {
    if (!this.events) {
      if (this.tooLong) return none(`it has more than ${ANSWER_MAX} characters`);
      return { kind: "text", text: this.plain };
    }
    if (this.broken !== undefined) return none(`the runner reports an error: ${this.broken}`);
    if (this.said === undefined) return none("the runner's events hold no final text");
    return { kind: "text", text: this.said };
  }

  private hear(line: Line): Heard {
    switch (line.kind) {
      case "whole":
        return this.whole(line.text);
      case "piece":
        this.keep(line.text);
        return { progress: [{ kind: "line", text: line.text }] };
      case "skipped":
        this.tooLong = true;
        return { progress: [], missed: true };
    }
  }

  private whole(text: string): Heard {
    const event = readEvent(text);
    if (event.known === true) this.events = true;
    else this.keep(`${text}\n`);
    if (event.answer !== undefined) {
      this.said = event.answer;
      this.broken = undefined;
    }
    const failed = event.progress.find((it) => it.kind === "failed" && it.fatal === true);
    if (failed?.kind === "failed") this.broken = failed.what;
    const progress: readonly Progress[] =
      event.known === true || text.trim() === "" ? event.progress : [{ kind: "line", text }];
    return { progress, ...(event.usage === undefined ? {} : { usage: event.usage }) };
  }

  private keep(text: string): void {
    if (this.plain.length + text.length > ANSWER_MAX + 1_024) this.tooLong = true;
    else this.plain += text;
  }
}

function none(why: string): FinalText {
  return { kind: "none", why };
}
