/**
 * The offline worker: a few rules in place of an agent. It looks at a folder, writes a report, asks one question and ends.
 * This file holds the texts it reads and writes; `app/offline/offline-worker.ts` does the work.
 */

import { quoted } from "../names.ts";
import { bytesOf, clip, plainLine, trimEndOf } from "../text.ts";
import type { ReadingFields } from "./brief.ts";
import { count, isRepo, linesOf, summary, words } from "./reading-text.ts";

/** Ends of input in a row after which the worker gives up. Ctrl-D on a terminal is one, and more input may follow it. */
const MAX_ENDS = 3;

/** A line of this many bytes may be cut: a Linux terminal takes 4,095 and drops the rest silently. */
const LINE_MAX_BYTES = 4_095;

/**
 * Returns the folders that a task names: JSON strings and bare words that begin with `/`, `~/`, `./` or `../`. Leaves off
 * punctuation at the end of a bare word.
 */
export function foldersIn(task: string): string[] {
  const found = task.matchAll(/("(?:~|\.{0,2})\/(?:[^"\\]|\\.){0,1024}")|(?<![^\s(`'])((?:~|\.{0,2})\/[^\s`'"]*)/g);
  return [...found].flatMap(([, string, word = ""]) => {
    const name = string === undefined ? trimEndOf(word, ".,;:!?)") : unquote(string);
    return name === undefined || /^\/*$/.test(name) ? [] : [name];
  });
}

function unquote(string: string): string | undefined {
  try {
    return String(JSON.parse(string));
  } catch {
    return undefined; // not a JSON string
  }
}

/** The folder that the worker looked at, and what it found. */
export interface Found {
  readonly folder: string;
  /** The reading of the folder or repository. */
  readonly facts: ReadingFields;
  /** Why it looked at this folder, when the task did not name it. */
  readonly remark: string | undefined;
}

/** Returns the worker's question. */
export function questionAbout({ folder, facts }: Found): string {
  return isRepo(facts) ? aboutRepo(facts) : aboutFolder(folder, facts);
}

function aboutRepo(facts: ReadingFields): string {
  const [changes, ahead, branch] = [count(facts["uncommitted"]), count(facts["ahead"]), words(facts["branch"], "HEAD")];
  if (changes === 1) return `1 change on ${branch} is not committed. What should happen to it?`;
  if (changes > 1) return `${changes} changes on ${branch} are not committed. What should happen to them?`;
  if (ahead > 0) return `${branch} has ${ahead} not pushed. What should happen to ${ahead === 1 ? "it" : "them"}?`;
  return `Nothing is unfinished on ${branch}. What comes next?`;
}

function aboutFolder(folder: string, facts: ReadingFields): string {
  const name = clip(plainLine(folder.split("/").at(-1) || folder), 60);
  return `${name} has ${summary(facts)}. What should happen to it?`;
}

/** Returns the report, to which the answer is added later. */
export function reportOf(id: string, task: string, found: Found, minute: string): string {
  const lines = [
    `# ${id}, ${minute}`,
    "",
    "Written by looop's offline worker: rules, not a model.",
    "",
    `Task: ${clip(plainLine(task), 400)}`,
    `Looked at: ${plainLine(found.folder)}`,
    ...(found.remark === undefined ? [] : [`(${found.remark})`]),
    "",
    ...(linesOf(found.facts) ?? [summary(found.facts)]),
  ];
  return `${lines.join("\n")}\n`;
}

/** Returns the worker's screen while it waits. `send` is the command that answers from another terminal. */
export function screenOf(task: string, found: Found, report: string, send: string): string {
  const lines = [
    "offline worker: written rules, not a model. It looks, reports, asks one thing, and ends itself.",
    "",
    `  task    ${clip(plainLine(task), 200)}`,
    `  folder  ${clip(plainLine(found.folder), 200)}`,
    ...(found.remark === undefined ? [] : [`          ${found.remark}`]),
    `  found   ${summary(found.facts)}`,
    `  wrote   ${report}`,
    "",
    questionAbout(found),
    "",
    "Type one line and press Enter, or run this elsewhere. It waits as long as you like; Ctrl-C ends it without an answer.",
    `  ${send}`,
  ];
  return lines.join("\n");
}

/** Returns the first folder of `named` that exists, else `start` and a remark that says why. */
export function chooseFolder(named: readonly string[], exists: (name: string) => boolean, start: string) {
  const folder = named.find(exists);
  if (folder !== undefined) return { folder, remark: undefined };
  const [first] = named;
  const why = first === undefined ? "the task names no folder" : `there is no folder ${quoted(plainLine(first))}`;
  return { folder: start, remark: `${why}, so it is where the worker began` };
}

/**
 * Returns a function that reads the next line, or undefined at an end of input. `read` returns the next piece of input, ""
 * at an end. An end in the middle of a line ends that line.
 */
export function lineReader(read: () => string): () => string | undefined {
  let buffer = "";
  return () => {
    for (;;) {
      const end = buffer.search(/[\r\n]/);
      if (end >= 0) {
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + (buffer.startsWith("\r\n", end) ? 2 : 1));
        return line;
      }
      const piece = read();
      if (piece !== "") {
        buffer += piece;
        continue;
      }
      const rest = buffer;
      buffer = "";
      return rest === "" ? undefined : rest;
    }
  };
}

/** Returns the first line that is an answer, or undefined when the input has ended. Calls `say` for each line that is not. */
export function firstAnswer(nextLine: () => string | undefined, say: (text: string) => void): string | undefined {
  for (let ends = 0; ; ) {
    const line = nextLine();
    ends = line === undefined ? ends + 1 : 0;
    if (ends === MAX_ENDS) return undefined;
    const problem = problemWith(line);
    if (line !== undefined && problem === undefined) return plainLine(line);
    say(`${problem} The question stands.`);
  }
}

function problemWith(text: string | undefined): string | undefined {
  if (text === undefined) return "\nThat was an end of input, not an answer.";
  if (plainLine(text) === "") return "An empty line is not an answer.";
  if (bytesOf(text).length < LINE_MAX_BYTES) return undefined;
  return "That line is longer than a terminal takes, and was cut: shorten it, or write it to a file and name the file.";
}
