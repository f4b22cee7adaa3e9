/** The command tree: citty can read it as it is, and every summary reads like help. */
import { describe, expect, test } from "bun:test";
import { renderUsage } from "citty";
import { TREE } from "../../src/cli/tree.ts";
import { type Group, isGroup, type Verb, verb, visible, visibleVerbs } from "../../src/cli/verb.ts";

/** Every entry of the tree below `group`, with the words that lead to it. */
function entries(group: Group, before = ""): [words: string, entry: Verb | Group][] {
  return Object.entries(group.subCommands).flatMap(([word, entry]) => [
    [`${before}${word}`, entry] as [string, Verb | Group],
    ...(isGroup(entry) ? entries(entry, `${before}${word} `) : []),
  ]);
}

describe("the command tree", () => {
  test("is one that citty renders itself, without loading a command", async () => {
    let loaded = 0;
    const lazy = verb("x", "count", async () => {
      loaded += 1;
      return { command: {} };
    });
    const usage = Bun.stripANSI(await renderUsage({ ...TREE, subCommands: { ...TREE.subCommands, x: lazy } }));
    for (const [word, { meta }] of visible(TREE)) expect(usage).toMatch(new RegExp(`${word}.*${meta.description}`));
    expect(usage).not.toContain("__supervise");
    expect(loaded).toBe(0);
  });

  test("names each command by the words that lead to it", () => {
    expect(entries(TREE).filter(([words, { meta }]) => words !== meta.name)).toEqual([]);
  });

  test("puts each command that a person may type under a heading", () => {
    expect(visible(TREE).filter(([, { meta }]) => meta.heading === undefined)).toEqual([]);
  });

  test("gives each verb an example that begins with looop or pipes into it", async () => {
    for (const { load, meta } of visibleVerbs(TREE)) {
      const examples = (await load()).manual?.examples ?? [];
      expect([meta.name, examples.length > 0]).toEqual([meta.name, true]);
    }
  });

  const verbs =
    /^(answer|approve|archive|ask|attach|call|check|clear|continue|delete|detach|end|explain|force|keep|leave|list|manage|print|put|read|release|replace|revert|run|send|set|show|start|stop|take|trust|type|upgrade|wait|write) /;
  test.each(entries(TREE).filter(([, { meta }]) => meta.hidden !== true))(
    "%s has a summary that begins with a verb",
    (_words, { meta }) => {
      expect(meta.description).toMatch(verbs);
      expect(meta.description).not.toMatch(/\.$/);
    },
  );
});
