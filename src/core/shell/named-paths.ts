import { pipelinesOf, type Stage, type Word } from "./parse-shell.ts";

/** A word of a command, or a part of one, that may name a file. */
export interface NamedPath {
  /** As written, without quotes; `~`, `$HOME` and `$LOOOP_…` stay. */
  readonly text: string;
  /** True when the command may run it: it is the program, or an argument of a program that runs scripts. */
  readonly isRun: boolean;
}

/** Programs that run a file that an argument names, or what they read. */
const RUNS_SCRIPTS =
  /^(?:[a-z]*sh|python[\d.]*|perl|ruby|node|bun|deno|php|lua[\d.]*|awk|gawk|sed|make|gmake|just|eval|source|\.|exec|env|command|nohup|nice|timeout|setsid|xargs|parallel|find|watch|time)$/i;

/** How deeply commands in words (`sh -c "sh -c …"`) are read. */
const MAX_DEPTH = 4;

/** The separators between a path and the rest of a word: `--file=x`, `@x`, `open("x")`. */
const SEPARATORS = /[\s"'`()[\]{},:;=@<>|&]+/;

/**
 * Returns all that a command may name a file with, each text once. It finds too much rather than too little: the caller
 * looks which of them exist. It cannot see a path that the command makes up while it runs.
 */
export function namedPaths(command: string): NamedPath[] {
  const found = new Map<string, boolean>();
  collect(command, { depth: 0, isRun: false }, (text, isRun) => found.set(text, isRun || found.get(text) === true));
  return [...found].map(([text, isRun]) => ({ text, isRun }));
}

/** The command that a command is in. */
interface Outer {
  readonly depth: number;
  /** True when what the inner command names or prints may be run. */
  readonly isRun: boolean;
}

type Take = (text: string, isRun: boolean) => void;

function collect(command: string, { depth, isRun }: Outer, take: Take): void {
  for (const stages of pipelinesOf(command)) {
    // A shell at the end of a pipeline runs what the programs before it print.
    const runs = isRun || stages.some(runsScripts);
    for (const stage of stages) {
      for (const [at, word] of wordsOf(stage).entries()) collectWord(word, { depth, isRun: runs || at === 0 }, take);
    }
  }
}

function collectWord({ text, inner }: Word, { depth, isRun }: Outer, take: Take): void {
  const parts = text.split(SEPARATORS).filter((part) => part !== "");
  for (const part of new Set([text, ...parts])) take(part, isRun);
  if (depth === MAX_DEPTH) return;
  for (const nested of inner) collect(nested, { depth: depth + 1, isRun }, take);
  if (parts.length > 1) collect(text, { depth: depth + 1, isRun }, take);
}

function wordsOf({ words, reads, writes }: Stage): readonly Word[] {
  return [...words, ...reads, ...writes];
}

function runsScripts({ words }: Stage): boolean {
  return words.some(({ text }) => RUNS_SCRIPTS.test(text.split("/").at(-1) ?? ""));
}
