import process from "node:process";
import type { Questions } from "../../core/setup/interview.ts";

/** Asks on stderr, so that stdout stays the answer, and reads lines from stdin. The terminal stays as it is. */
export function openQuestions(): Questions {
  // Imported, its bytecode would be in every program (docs/decisions/0004).
  const { createInterface } = process.getBuiltinModule("node:readline/promises");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<undefined>((done) => lines.once("close", () => done(undefined)));
  return {
    ask: (question) => Promise.race([lines.question(question), ended]),
    close: () => lines.close(),
  };
}
