import process from "node:process";
import { createInterface } from "node:readline/promises";
import type { Questions } from "../core/interview.ts";

/** Asks on stderr, so that stdout stays the answer, and reads lines from stdin. The terminal stays as it is. */
export function openQuestions(): Questions {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<undefined>((done) => lines.once("close", () => done(undefined)));
  return {
    ask: (question) => Promise.race([lines.question(question), ended]),
    close: () => lines.close(),
  };
}
