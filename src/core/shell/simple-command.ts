/**
 * One simple shell command as words, and the person's own patterns for such commands.
 *
 * Simple means that a shell would do nothing with it but start one program with these words: no operator, no
 * redirection, no substitution, no expansion, no assignment, no comment. What is not simple is not wrong; it only cannot
 * be allowed in advance. Words that were allowed are run as they are, without a shell.
 */

/** Anything of these anywhere, quoted or not, and a reader would have to think. */
const OPERATORS = /[;&|<>$()`\n\r\\]/;

/** What a shell expands, or takes for a comment or a history event, outside quotes. */
const EXPANDS = /[*?[\]{}~#!]/;

/** A word: bare pieces and quoted ones without a break between them. */
const PIECE = /'([^']*)'|"([^"]*)"|([^\s'"]+)/y;

/** The words of `command`, or undefined when it is not one simple command. */
export function simpleCommand(command: string): string[] | undefined {
  if (OPERATORS.test(command) || EXPANDS.test(command.replace(/'[^']*'|"[^"]*"/g, ""))) return undefined;
  const words = splitWords(command);
  const [first] = words ?? [];
  // `A=1` alone sets a variable of the shell; before a program, of the program.
  return first === undefined || first === "" || /^[A-Za-z_]\w*\+?=/.test(first) ? undefined : words;
}

/** Splits at spaces and tabs, quotes taken off; undefined for an open quote or any other white space or control. */
function splitWords(text: string): string[] | undefined {
  if (/[^\S \t]|[\p{Cc}\p{Default_Ignorable_Code_Point}]/u.test(text.replaceAll("\t", " "))) return undefined;
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; ) {
    if (text[at] === " " || text[at] === "\t") {
      if (word !== undefined) words.push(word);
      word = undefined;
      at++;
      continue;
    }
    PIECE.lastIndex = at;
    const piece = PIECE.exec(text);
    if (piece === null) return undefined;
    word = `${word ?? ""}${piece[1] ?? piece[2] ?? piece[3] ?? ""}`;
    at = PIECE.lastIndex;
  }
  if (word !== undefined) words.push(word);
  return words;
}

/**
 * Whether `pattern` stands for these words: as many words, each equal, `*` in a word standing for any text. A word that
 * begins with `*` never stands for an option, so `git -C * log *` allows no `--output=…`.
 */
export function matchesPattern(pattern: string, words: readonly string[]): boolean {
  const wanted = splitWords(pattern) ?? [];
  return wanted.length === words.length && wanted.every((want, at) => matchesWord(want, words[at] ?? ""));
}

function matchesWord(want: string, word: string): boolean {
  if (!want.includes("*")) return want === word;
  if (want.startsWith("*") && word.startsWith("-")) return false;
  const pieces = want.split("*").map((piece) => RegExp.escape(piece));
  return new RegExp(`^${pieces.join(".*")}$`, "s").test(word);
}

/** Whether `pattern` may stand in a config: words of one simple command, the program itself without `*`. */
export function isPattern(pattern: string): boolean {
  const words = simpleCommand(pattern.replaceAll("*", "x"));
  return words !== undefined && !(splitWords(pattern)?.[0] ?? "*").includes("*");
}
