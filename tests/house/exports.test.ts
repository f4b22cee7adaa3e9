/** What a file of src/ shows to others, and what it keeps to itself. */
import { expect, test } from "bun:test";
import { offences, textsUnder, withoutComments } from "../support/golden/source-tree.ts";

const code = ["src", "tests", "tools", "bench"]
  .flatMap((folder) => textsUnder(folder).map(({ path, text }) => ({ path: `${folder}/${path}`, text })))
  .filter(({ path }) => path.endsWith(".ts"))
  .map(({ path, text }) => ({ path, text: withoutComments(text) }));
const sources = code.filter(({ path }) => path.startsWith("src/"));

/** The files in which each word occurs. */
const filesOf = new Map<string, Set<string>>();
for (const { path, text } of code) {
  for (const [word] of text.matchAll(/\w+/g)) filesOf.set(word, (filesOf.get(word) ?? new Set()).add(path));
}

test("every exported value of src is named in another file", () => {
  // A command exports its run<Verb>, which only citty calls.
  const others = sources.filter(({ path }) => !path.startsWith("src/commands/"));
  const found = offences(others, function* ({ text }) {
    for (const [, name = ""] of text.matchAll(/^export (?:async )?(?:function\*?|class|const|let) (\w+)/gm)) {
      if ((filesOf.get(name)?.size ?? 0) < 2) yield `exports ${name}, which only it uses`;
    }
  });
  expect(found).toEqual([]);
});

test("private members of classes are #private; only a constructor may be marked private", () => {
  const found = offences(sources, function* ({ text }) {
    for (const [word] of text.matchAll(/^ +(?:private|protected) (?!constructor)\w.*/gm)) yield `has ${word.trim()}`;
  });
  expect(found).toEqual([]);
});
