/**
 * Everything that reads a stranger's text takes time in proportion to it: whoever writes a mail, a page or an answer must
 * not be able to hang a beat. Texts are one piece repeated, between two others that make the whole nearly match.
 */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { fuzz } from "../support/faults/count-fuzz.ts";
import { HOSTILE_READERS } from "../support/faults/hostile-readers.ts";
import { whyNotLinear } from "../support/faults/linear.ts";

/** What readers look for: brackets, quotes, blanks, line ends, globs, words, and the beginnings of longer things. */
const PIECES = [
  ...[
    ",",
    "{",
    "}",
    "{,",
    "{a,",
    "{a,b}",
    "[",
    "]",
    "[a",
    "[[",
    "(",
    ")",
    "$(",
    "${",
    "<(",
    "`",
    "'",
    '"',
    "$'",
    '$"',
    '"\\',
    '\\"',
  ],
  ...[
    "\\",
    "\\\\",
    "\\\n",
    "<",
    "<<",
    "<<<",
    ">",
    "&",
    "&&",
    ";",
    "|",
    "#",
    "!",
    "~",
    "*",
    "**",
    "?",
    "/*",
    "/?",
    "/.[",
    "s*",
    "*o",
  ],
  ...[
    " ",
    "  a",
    "\n",
    "\t",
    "\r",
    "\r\n",
    "\u2028",
    " \r",
    "a",
    "a ",
    "0",
    "1 ",
    "1.",
    ".",
    "..",
    "../",
    ".:",
    "-",
    "- ",
    "--",
    "=",
    "a=",
  ],
  ...[
    "env ",
    "nice ",
    "sh -c ",
    "sh -c '",
    "eval ",
    "xargs ",
    "find -exec ",
    "watch 'a b' ",
    "if ",
    "x=$(",
    "curl x|",
    "A=1 ",
    ":()",
    ":(",
  ],
  ...[
    "```",
    "```\n",
    '{"',
    '{"a":',
    "[{",
    "# ",
    "## ",
    "- a\n",
    "1. a\n",
    "<!--",
    "<!-",
    "===",
    "=== a ===\n",
    "---",
    "⩶",
    " ⩶\n",
  ],
  ...[
    "\x1b",
    "\x1b[",
    "\x1b[0;",
    "\x1b]",
    "\x1b]0;",
    "\x1bP",
    "\x1b ",
    "\x07",
    "\x9c",
    "\0",
    "\u200b",
    "\u0301",
    "漢",
    "ｓ",
    "\ud83d",
  ],
  ...[
    "try again ",
    "try again in ",
    "resets ",
    "1h ",
    "1 day and ",
    "limit reached|",
    '"resets_at" ',
    "retry-after ",
    '"/\\',
    '"a".',
  ],
  ...["looop:interval=1", "# looop:interval=", "[a]\n", "a = ", "# a b\0", "\x010", "key = \\\n"],
];

const SIZE = 16_384;

const shape = fc.record({
  reader: fc.constantFrom(...Object.keys(HOSTILE_READERS)),
  before: fc.constantFrom("", "x", "{", '"', "'", "$(", "# ", "/", "try again in "),
  piece: fc.oneof(
    fc.constantFrom(...PIECES),
    fc.tuple(fc.constantFrom(...PIECES), fc.constantFrom(...PIECES)).map((two) => two.join("")),
  ),
  after: fc.constantFrom("", "x", "}", "\x02", '"', ")", "\n"),
});

type Shape = Readonly<Record<"reader" | "before" | "piece" | "after", string>>;

function whyNot({ reader, before, piece, after }: Shape): string | undefined {
  const input = (size: number) => `${before}${piece.repeat(Math.ceil(size / piece.length))}${after}`;
  return whyNotLinear(HOSTILE_READERS[reader] ?? (() => {}), input, SIZE);
}

/** What once took seconds, minutes or for ever. */
const KNOWN: readonly [reader: string, before: string, piece: string, after: string][] = [
  ["tripped()", "{", ",", "x"],
  ["tripped()", "{", ",", "}x"],
  ["tripped()", "", "[", ""],
  ["tripped()", "", "s*", ""],
  ["tripped()", "", "sh -c ", ""],
  ["pipelinesOf()", "", "{a,", ""],
  ["pipelinesOf()", "", "<", ""],
  ["firstProgram()", "", "$'", ""],
  ["isRootish()", "x", "/*", "x"],
  ["isRootish()", "x", "/?", "x"],
  ["matchesPattern() of a word", "", "abc", ""],
  ["matchesPattern() of a pattern", "", "*a", "b"],
  ["parseMove()", "{", '"\\', "}"],
  ["parseMove() of an object", "", '\\"', "x"],
  ["FinalAnswer", "", "\n", ""],
  ["intervalMs()", "", "\r", "x"],
  ["escaped()", "x", "\u2028", "x"],
  ["goalsActedOn()", "x", ".", "x"],
  ["foldersIn()", "", '"/\\', ""],
  ["lineOf()", "a", " ", "x"],
  ["droppedGuardrail() of the new body", "# ", " ", "\ra\rb"],
];

test.each(KNOWN)("%s takes time in proportion to %p, %p repeated and %p", (reader, before, piece, after) => {
  expect(whyNot({ reader, before, piece, after })).toBeUndefined();
});

test("tripped() ends soon for wrappers in wrappers, each of which would be read again", () => {
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  let command = "ls -la";
  for (let depth = 0; depth < 6; depth++) command = `${"watch ".repeat(12)}${quoted(command)}`;
  expect(whyNot({ reader: "tripped()", before: "", piece: `${command}\n`, after: "" })).toBeUndefined();
});

fuzz(
  "each reader of a stranger's text takes time in proportion to it",
  shape,
  (it) => {
    const why = whyNot(it);
    if (why !== undefined) throw new Error(`${JSON.stringify(it)}: ${why}`);
  },
  4,
);
