/** Plain English: the worst habits of this project's texts, by word and by form. AGENTS.md has the words to use. */
import { describe, expect, test } from "bun:test";
import { TREE } from "../../src/cli/tree.ts";
import { type Group, isGroup, type Verb } from "../../src/cli/verb.ts";
import { comments, offences, type Source, textsUnder } from "../support/golden/source-tree.ts";

/** Archaic, translated or empty words that no sentence here needs. */
const WORDS = [
  ...["shall", "anew", "afresh", "lest", "thereof", "whereof", "whereupon", "hither", "yonder", "naught", "aught"],
  ...["betimes", "likewise", "heretofore", "aloud", "mended"],
  ...["is none", "are none", "was none", "nobody knows", "nobody can", "nobody vouches", "asks nobody", "asked nobody"],
  ...["and the like", "as far as", "how that went", "stands for what", "what it is to", "what is to be"],
  ...[
    "of ours",
    "of theirs",
    "is told of",
    "are told of",
    "is asked of",
    "are asked of",
    "at its word",
    "to its person",
  ],
];
const BAD = new RegExp(`\\b(?:${WORDS.join("|").replaceAll(" ", "\\s+")})\\b`, "gi");

const typescript = (folder: string) => textsUnder(folder).filter(({ path }) => path.endsWith(".ts"));
const sources = typescript("src");

/** The documents that a person or an agent reads, without the released sections of CHANGELOG.md. */
const documents = textsUnder(".")
  .filter(({ path }) =>
    /^([A-Z]+\.md|llms\.txt|bench\/README\.md|docs\/.+\.md|src\/core\/cli\/manual\.txt)$/.test(path),
  )
  .map(({ path, text }) => ({ path, text: path === "CHANGELOG.md" ? text.split(/^## \d/m, 1).join("") : text }));

/** Returns the literals of messages, hints and descriptions in TypeScript. */
function* spoken(text: string): Iterable<string> {
  const literal = /\b(?:message|hint|description|summary|about|meaning)(?::| =)\s*("[^"]*"|`[^`]*`)/g;
  for (const [, found = ""] of text.matchAll(literal)) yield found.slice(1, -1);
}

/** Returns the names of the tests and groups in a test file. */
function* testNames(text: string): Iterable<string> {
  const name = /\b(?:test|describe|test\w+)(?:\.\w+)*(?:\([^()]*\))*\(\s*("[^"\n]*"|`[^`]*`)/g;
  for (const [, found = ""] of text.matchAll(name)) yield found.slice(1, -1);
}

/** Returns the bad words in `texts`, each with the words around it. */
function* badIn(texts: Iterable<string>): Iterable<string> {
  for (const text of texts) {
    for (const { 0: word, index } of text.matchAll(BAD)) {
      yield `"${word}" in ${text.slice(Math.max(0, index - 40), index + 40).replace(/\s+/g, " ")}`;
    }
  }
}

/** Returns every verb and group below `group`, hidden ones included. */
function entries(group: Group): (Group | Verb)[] {
  return Object.values(group.subCommands).flatMap((entry) => (isGroup(entry) ? [entry, ...entries(entry)] : [entry]));
}

describe("no text uses a word that tests/house/words.test.ts bans:", () => {
  test("comments of src", () => {
    expect(offences(sources, ({ text }) => badIn(comments(text)))).toEqual([]);
  });

  test("messages, hints and descriptions of src", () => {
    expect(offences(sources, ({ text }) => badIn(spoken(text)))).toEqual([]);
  });

  test("test names", () => {
    const files = typescript("tests").filter(({ path }) => path.endsWith(".test.ts"));
    expect(offences(files, ({ text }) => badIn(testNames(text)))).toEqual([]);
    expect(files.flatMap(({ text }) => [...testNames(text)]).length).toBeGreaterThan(1_000);
  });

  test("documents", () => {
    expect(documents.length).toBeGreaterThan(30);
    expect(offences(documents, ({ text }) => badIn([text]))).toEqual([]);
  });
});

test("no doc comment of src begins with What or Whether", () => {
  const found = offences(sources, function* ({ text }: Source) {
    for (const [, word, rest] of text.matchAll(/\/\*\*\s+(?:\* )?(What|Whether)\b(.*)/g)) yield `${word}${rest}`;
  });
  expect(found).toEqual([]);
});

/** The verbs that a summary may begin with. */
const VERBS = new Set(
  "add answer approve archive ask call carry check claim clear complete continue decide delete detach draw drop end explain force keep leave list look manage own print put read record release render replace replay restore revert run send set show start stop take tell trust turn type untrust upgrade wait work write".split(
    " ",
  ),
);

test("the summary of every command begins with a verb", () => {
  const summaries = entries(TREE).map(({ meta }) => meta.description);
  expect(summaries.filter((summary) => !VERBS.has(summary.split(" ", 1).join("")))).toEqual([]);
});

/** Files whose LooopError carries the message of another process, which wrote it by this rule. */
const PASSES_ON = ["core/session/launch-reply.ts"];

test("the message of every LooopError begins with Cannot and a verb", () => {
  const found = offences(sources, function* ({ path, text }) {
    if (!text.includes("new LooopError(") || PASSES_ON.includes(path)) return;
    for (const [, message = ""] of text.matchAll(/\bmessage(?::| =)\s*("[^"]*"|`[^`]*`)/g)) {
      if (!/^.Cannot (?:[a-z]+|\$\{[^}]+\})[ :]/.test(message)) yield message;
    }
  });
  expect(found).toEqual([]);
});
