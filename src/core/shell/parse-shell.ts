/**
 * Reads which programs a shell command starts, without running it. It is the lexer under all readers of commands. Where
 * it cannot be exact it finds too many commands (each line of a here-document is one), and variables are unknown.
 */

import { braceList } from "./brace-list.ts";

/** One word, with quotes and expansions removed. */
export interface Word {
  /** `$HOME` and `~` stay; other variables count as empty, as an attacker would use them. */
  readonly text: string;
  /** The commands of its `$(…)`, backquotes and `<(…)`. */
  readonly inner: readonly string[];
  /** True when the shell takes it as it is written, but for simple quotes: nothing in it is expanded or escaped. */
  readonly isLiteral: boolean;
}

/** One program with its words. */
export interface Stage {
  readonly words: readonly Word[];
  /** The targets of its redirections, and the files and here-strings it reads. */
  readonly writes: readonly Word[];
  readonly reads: readonly Word[];
}

/** The programs of one pipeline. */
export type Pipeline = readonly Stage[];

/** Variables that the gate's rules know. */
const KEPT = /^(?:HOME|PWD|OLDPWD|LOOOP_\w+)$/;

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  e: "\x1b",
  a: "\x07",
  "\\": "\\",
  "'": "'",
};

/** Characters that, outside quotes, a shell expands or reads as a comment or a history event. */
export const EXPANDED = /[*?[\]{}~#!]/;

/** All pipelines of a command in order, without those inside substitutions. */
export interface ShellText {
  readonly pipelines: readonly Pipeline[];
  /** False when a brace list was too long to be expanded: its word stays as it was written. */
  readonly isWhole: boolean;
}

export function readShell(command: string): ShellText {
  return new Reader(command).all();
}

/** Returns the pipelines of {@linkcode readShell}. */
export function pipelinesOf(command: string): readonly Pipeline[] {
  return readShell(command).pipelines;
}

/** The most that the brace lists of a command may grow to, in characters. */
const MAX_EXPANDED = 262_144;

/** The parts of a command that are read at one place, and not searched for. */
const REDIRECTION = /&>>?|<<<|<<-?|<>|<&|>>|>\||>&|<|>/y;
const VARIABLE = /\w+|[@*#?$!-]/y;
const ANSI_TEXT = /[^'\\]*(?:\\[\s\S][^'\\]*)*/y;
const BACKQUOTED = /[^`\\]*(?:\\[\s\S][^`\\]*)*/y;

class Reader {
  readonly #text: string;
  #at = 0;
  readonly #pipelines: Stage[][] = [[]];
  #stage = newStage();
  /** The list that gets the next word. */
  #into: "words" | "writes" | "reads" = "words";
  #word: string | undefined;
  #inner: string[] = [];
  /** True when the current word has an unquoted brace, to be expanded. */
  #braces = false;
  #isLiteral = true;
  #isWhole = true;
  #canExpand = MAX_EXPANDED;

  constructor(text: string) {
    this.#text = text.replaceAll("\\\n", "");
  }

  all(): ShellText {
    while (this.#at < this.#text.length) this.#step();
    this.#endPipeline();
    return { pipelines: this.#pipelines.filter((pipeline) => pipeline.length > 0), isWhole: this.#isWhole };
  }

  /** Returns what `pattern` matches at `at`, or "". */
  #match(pattern: RegExp, at: number): string {
    pattern.lastIndex = at;
    return pattern.exec(this.#text)?.[0] ?? "";
  }

  #step(): void {
    const char = this.#text[this.#at] ?? "";
    if (char === "'" || char === '"') this.#quoted(char);
    else if (char === "\\") this.#escape(this.#text[this.#at + 1] ?? "");
    else if (char === "$") this.#dollar();
    else if (char === "`") this.#backquote();
    else if (/\s/.test(char)) this.#blank(char);
    else if (char === "#" && this.#word === undefined) this.#comment();
    else if (";&|()<>".includes(char)) this.#operator(char);
    else {
      this.#braces ||= char === "{";
      if (EXPANDED.test(char)) this.#isLiteral = false;
      this.#add(char, 1);
    }
  }

  #escape(next: string): void {
    this.#isLiteral = false;
    this.#add(next, 2);
  }

  #add(text: string, step: number): void {
    this.#word = (this.#word ?? "") + text;
    this.#at += step;
  }

  #blank(char: string): void {
    this.#at++;
    // A shell reads other white space as part of the word.
    const isBreak = " \t\n".includes(char);
    if (!isBreak) this.#isLiteral = false;
    this.#endWord();
    this.#isLiteral = isBreak;
    if (char === "\n") this.#endPipeline();
  }

  #comment(): void {
    const end = this.#text.indexOf("\n", this.#at);
    this.#at = end < 0 ? this.#text.length : end;
  }

  #operator(char: string): void {
    const next = this.#text[this.#at + 1];
    if ((char === "<" || char === ">") && next === "(") {
      this.#at++;
      this.#substitution();
      return;
    }
    this.#endWord();
    if (char === "<" || char === ">" || (char === "&" && next === ">")) this.#redirection();
    else if (char === "|" && next !== "|") {
      this.#at += next === "&" ? 2 : 1;
      this.#endStage();
    } else {
      this.#at += next === char && char !== "(" && char !== ")" ? 2 : 1;
      this.#endPipeline();
    }
  }

  #redirection(): void {
    const operator = this.#match(REDIRECTION, this.#at);
    this.#at += operator.length;
    this.#into = operator.includes(">") ? "writes" : "reads";
  }

  #quoted(mark: string): void {
    this.#at++;
    this.#word ??= "";
    while (this.#at < this.#text.length && this.#text[this.#at] !== mark) {
      const char = this.#text[this.#at] ?? "";
      const next = this.#text[this.#at + 1] ?? "";
      if (mark === "'") this.#add(char, 1);
      else if (char === "\\" && '$`"\\'.includes(next)) this.#escape(next);
      else if (char === "$") this.#dollar(true);
      else if (char === "`") this.#backquote();
      else this.#add(char, 1);
    }
    this.#at++;
  }

  #dollar(inQuotes = false): void {
    this.#isLiteral = false;
    const next = this.#text[this.#at + 1];
    if (next === "(") {
      this.#at++;
      this.#substitution();
    } else if (next === "'" && !inQuotes) this.#ansi();
    else if (next === '"' && !inQuotes) this.#at++;
    else if (next === "{") this.#parameter(inQuotes);
    else this.#variable(this.#match(VARIABLE, this.#at + 1), inQuotes, 1);
  }

  #parameter(inQuotes: boolean): void {
    const end = closing(this.#text, this.#at + 1, "{", "}");
    const body = this.#text.slice(this.#at + 2, end);
    this.#inner.push(body);
    this.#variable(/^\w+/.exec(body)?.[0] ?? "", inQuotes, 0);
    this.#at = end + 1;
  }

  #variable(name: string, inQuotes: boolean, sign: number): void {
    this.#at += sign + (sign === 0 ? 0 : name.length);
    if (name === "IFS" && !inQuotes) this.#endWord();
    else if (name === "" && sign === 1) this.#word = `${this.#word ?? ""}$`;
    else this.#word = (this.#word ?? "") + (KEPT.test(name) ? `$${name}` : "");
  }

  /** Reads `$'…'`, where characters can be written by number. */
  #ansi(): void {
    const end = this.#match(ANSI_TEXT, this.#at + 2);
    const text = end.replace(
      /\\(?:x([0-9a-f]{1,2})|u([0-9a-f]{1,4})|U([0-9a-f]{1,8})|([0-7]{1,3})|([\s\S]))/gi,
      (_all, hex, short, long, octal, char) => {
        if (char !== undefined) return ESCAPES[char] ?? char;
        const code = octal === undefined ? Number.parseInt(hex ?? short ?? long, 16) : Number.parseInt(octal, 8);
        return code <= 0x10ffff ? String.fromCodePoint(code) : "";
      },
    );
    this.#add(text, end.length + 3);
  }

  #backquote(): void {
    this.#isLiteral = false;
    const body = this.#match(BACKQUOTED, this.#at + 1);
    this.#inner.push(body.replace(/\\([`\\$])/g, "$1"));
    this.#add("", body.length + 2);
  }

  /** Reads from the opening bracket on. */
  #substitution(): void {
    this.#isLiteral = false;
    const end = closing(this.#text, this.#at, "(", ")");
    this.#inner.push(this.#text.slice(this.#at + 1, end));
    this.#word ??= "";
    this.#at = end + 1;
  }

  #endWord(): void {
    const word = this.#word;
    const inner = this.#inner;
    if (word !== undefined || inner.length > 0) {
      for (const text of this.#braces ? this.#expanded(word ?? "") : [word ?? ""]) {
        this.#stage[this.#into].push({ text, inner, isLiteral: this.#isLiteral });
      }
      this.#into = "words";
    }
    this.#word = undefined;
    this.#inner = [];
    this.#braces = false;
    this.#isLiteral = true;
  }

  /** Returns `ac` and `bc` for `{a,b}c`. Expands only the first list, which is enough to write a command in one word. */
  #expanded(word: string): string[] {
    const found = braceList(word);
    if (found === undefined) return [word];
    const items = word.slice(found.open + 1, found.close).split(",");
    this.#canExpand -= items.length * (word.length - found.close + found.open) + found.close - found.open;
    if (this.#canExpand < 0) {
      this.#isWhole = false;
      return [word];
    }
    return items.map((item) => `${word.slice(0, found.open)}${item}${word.slice(found.close + 1)}`);
  }

  #endStage(): void {
    this.#endWord();
    const { words, writes, reads } = this.#stage;
    if (words.length + writes.length + reads.length > 0) this.#pipelines.at(-1)?.push(this.#stage);
    this.#stage = newStage();
    this.#into = "words";
  }

  #endPipeline(): void {
    this.#endStage();
    this.#pipelines.push([]);
  }
}

function newStage(): { words: Word[]; writes: Word[]; reads: Word[] } {
  return { words: [], writes: [], reads: [] };
}

/** Returns where the bracket at `from` closes, or the end of the text. Brackets in single quotes do not count. */
function closing(text: string, from: number, open: string, close: string): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === "\\") at++;
    else if (char === "'") at = Math.max(at, text.indexOf("'", at + 1));
    else if (char === open) depth++;
    else if (char === close && --depth === 0) return at;
  }
  return text.length;
}
