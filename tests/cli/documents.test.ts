/** Every command line that a document shows is one that looop takes. */
import { expect, test } from "bun:test";
import { findCommand } from "../../src/cli/find-command.ts";
import { checkStrict } from "../../src/cli/strict.ts";
import { TREE } from "../../src/cli/tree.ts";
import { argsOf } from "../../src/cli/verb.ts";
import { LooopError } from "../../src/core/error.ts";
import { textsUnder } from "../support/golden/source-tree.ts";

const documents = textsUnder(".").filter(
  ({ path }) => /^(README|SKILL|llms|docs\/[\w-]+)\.(md|txt)$/.test(path) && path !== "docs/json.md",
);

/** The command lines of looop in a text: in backticks, and the lines of shell blocks. */
function commandLines(text: string): string[] {
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) => block.split("\n"));
  const spans = [...text.replaceAll(/^```[\s\S]*?^```$/gm, "").matchAll(/`(looop [^`]+)`/g)].map(
    (match) => match[1] ?? "",
  );
  return [...blocks.filter((line) => line.startsWith("looop ")), ...spans];
}

/** The words of a simple line up to what the shell does with it: bare ones, and ones in quotes. */
function wordsOf(line: string): string[] {
  const simple = line.replace(/\s(\||<|>|&&|;|#).*$/, "");
  return [...simple.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? "",
  );
}

/** Returns the reason to refuse a command line, or undefined. A span may name a verb without all of its words. */
async function refusal(line: string): Promise<string | undefined> {
  const found = findCommand(TREE, wordsOf(line).slice(1));
  if (found.kind === "group") return found.rest.length === 0 ? undefined : "no such command";
  const module = await found.verb.load();
  if (module.passThrough === true) return undefined;
  try {
    checkStrict(
      found.verb.meta.name,
      argsOf(module),
      found.rest.filter((word) => word !== "--help"),
    );
  } catch (error) {
    if (!(error instanceof LooopError)) throw error;
    return / is missing$/.test(error.message) ? undefined : error.message;
  }
  return undefined;
}

const lines = documents.flatMap(({ path, text }) => commandLines(text).map((line): [string, string] => [path, line]));

test("the documents show command lines", () => expect(lines.length).toBeGreaterThan(50));

test.each([...new Map(lines.map((row) => [row.join("\n"), row])).values()])(
  "%s: `%s` is taken",
  async (_path, line) => {
    expect(await refusal(line)).toBeUndefined();
  },
);
