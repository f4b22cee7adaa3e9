/**
 * The built-in worker: written rules in the place of an agent. It looks at a folder, writes a report, asks one thing,
 * and ends. Here is what it understands and says; `app/offline/offline-worker.ts` does it.
 */

import { quoted } from "../names.ts";
import { bytesOf, clip, plainLine } from "../text.ts";
import type { Facts } from "./brief.ts";
import { count, isRepo, linesOf, summary, words } from "./reading-text.ts";

/** How often in a row input may end before nobody is there any more: Ctrl-D slips, and a terminal goes on behind it. */
const ENDS = 3;

/** A line of this many bytes may have been cut: Linux's terminals take 4,095 and drop the rest without a word. */
const LINE_MAX_BYTES = 4_095;

/**
 * What a task names as a folder, as it is spelled there: a JSON string, or a bare word, that begins with `/`, `~/`,
 * `./` or `../`. Marks of a sentence at the end of a word are left off.
 */
export function foldersIn(task: string): string[] {
  const found = task.matchAll(/("(?:~|\.{0,2})\/(?:[^"\\]|\\.)*")|(?<![^\s(`'])((?:~|\.{0,2})\/[^\s`'"]*)/g);
  return [...found].flatMap(([, string, word = ""]) => {
    const name = string === undefined ? word.replace(/[.,;:!?)]+$/, "") : unquoted(string);
    return name === undefined || /^\/*$/.test(name) ? [] : [name];
  });
}

function unquoted(string: string): string | undefined {
  try {
    return String(JSON.parse(string));
  } catch {
    return undefined; // a quotation that is no JSON
  }
}

/** What the worker found: a look at `folder`, or in words why it could not look. */
export interface Found {
  readonly folder: string;
  readonly facts: Facts;
  /** Something to know about the choice of the folder. */
  readonly remark: string | undefined;
}

/** The one question about what was found. */
export function questionAbout({ folder, facts }: Found): string {
  return isRepo(facts) ? aboutRepo(facts) : aboutFolder(folder, facts);
}

function aboutRepo(facts: Facts): string {
  const [changes, ahead, branch] = [count(facts["uncommitted"]), count(facts["ahead"]), words(facts["branch"], "HEAD")];
  if (changes === 1) return `1 change on ${branch} is not committed. What shall become of it?`;
  if (changes > 1) return `${changes} changes on ${branch} are not committed. What shall become of them?`;
  if (ahead > 0) return `${branch} has ${ahead} not pushed. What shall become of ${ahead === 1 ? "it" : "them"}?`;
  return `Nothing is unfinished on ${branch}. What comes next?`;
}

function aboutFolder(folder: string, facts: Facts): string {
  const name = clip(plainLine(folder.split("/").at(-1) || folder), 60);
  return `${name} has ${summary(facts)}. What shall become of it?`;
}

/** The report, without an answer yet. */
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

/** What stands on the worker's screen while it waits. `send` is what is typed elsewhere to answer. */
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
    "Type one line and press Enter, or run this elsewhere. It waits as long as you like; Ctrl-C ends it unanswered.",
    `  ${send}`,
  ];
  return lines.join("\n");
}

/** Which of the folders a task names there is, and what to say when it is none of them. */
export function chooseFolder(named: readonly string[], isThere: (name: string) => boolean, begin: string) {
  const folder = named.find(isThere);
  if (folder !== undefined) return { folder, remark: undefined };
  const [first] = named;
  const why = first === undefined ? "the task names no folder" : `there is no folder ${quoted(plainLine(first))}`;
  return { folder: begin, remark: `${why}, so it is where the worker began` };
}

/** Reads lines from pieces of input, none of which is lost: an end in the middle of a line ends that line. */
export function lineReader(read: () => string): () => string | undefined {
  let held = "";
  return () => {
    for (;;) {
      const end = held.search(/[\r\n]/);
      if (end >= 0) {
        const line = held.slice(0, end);
        held = held.slice(end + (held.startsWith("\r\n", end) ? 2 : 1));
        return line;
      }
      const piece = read();
      if (piece !== "") {
        held += piece;
        continue;
      }
      const rest = held;
      held = "";
      return rest === "" ? undefined : rest;
    }
  };
}

/** The first line that is an answer, or undefined when the input has ended for good. Says why another is none. */
export function firstAnswer(line: () => string | undefined, say: (text: string) => void): string | undefined {
  for (let ends = 0; ; ) {
    const text = line();
    ends = text === undefined ? ends + 1 : 0;
    if (ends === ENDS) return undefined;
    const problem = problemWith(text);
    if (text !== undefined && problem === undefined) return plainLine(text);
    say(`${problem} The question stands.`);
  }
}

function problemWith(text: string | undefined): string | undefined {
  if (text === undefined) return "\nThat was an end of input, no answer.";
  if (plainLine(text) === "") return "An empty line is no answer.";
  if (bytesOf(text).length < LINE_MAX_BYTES) return undefined;
  return "That line is longer than a terminal takes, and was cut: say it shorter, or name a file that says it.";
}
