/** The schema of moves as text, in the prompt and in docs/moves.md, is generated from the schema that checks moves. */
import { expect, test } from "bun:test";
import { MOVES } from "../../../src/core/move/move.ts";
import { ABOUT, commonText, movesText } from "../../../src/core/prompt/move-schema.ts";
import { typedInstructions } from "../../../src/core/prompt/typed-instructions.ts";
import { matchesFile } from "../../support/golden/golden.ts";

const PAGE = `# Moves

In typed mode a decider answers with one JSON object: \`action\` and these fields. \`?\` marks optional fields; unknown fields are
errors. \`bun run golden\` writes this page from the schema that checks moves. The schema is public: fields are added, and never
change their meaning. [gates.md](gates.md) says which moves are allowed.

\`\`\`text
${movesText()}

every move:
${commonText()}
\`\`\`
`;

test("docs/moves.md is generated from the schema that checks moves", () => {
  matchesFile("docs/moves.md", PAGE);
});

test("typedInstructions() contains movesText(), and is the same every time", () => {
  expect(typedInstructions()).toContain(movesText());
  expect(typedInstructions()).toBe(typedInstructions());
});

test("movesText() names every move and each of its fields with a type", () => {
  expect(Object.keys(ABOUT)).toEqual(Object.keys(MOVES));
  for (const [kind, schema] of Object.entries(MOVES)) {
    const text =
      movesText()
        .split(/^(?=\S)/m)
        .find((part) => part.startsWith(`${kind}:`)) ?? "";
    const named = [...text.matchAll(/^ {2}(\w+)\??: (.+)$/gm)].map(([, name]) => name);
    const fields = Object.keys(schema.entries).filter(
      (name) => !["action", "journal", "next_interval_s"].includes(name),
    );
    expect([kind, named]).toEqual([kind, fields]);
  }
});
