import process from "node:process";
import type { Questions } from "../../core/setup/interview.ts";

/** Asks on stderr, because stdout is for the result, and reads lines from stdin. Does not change the terminal's settings. */
export function openQuestions(): Questions {
  // An import would put its bytecode into every program (docs/decisions/0004).
  const { createInterface } = process.getBuiltinModule("node:readline/promises");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<undefined>((done) => lines.once("close", () => done(undefined)));
  return {
    ask: (question) => Promise.race([lines.question(question), ended]),
    close: () => lines.close(),
  };
}
