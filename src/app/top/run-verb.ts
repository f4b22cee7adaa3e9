import { concat } from "../../core/bytes.ts";
import { utf8 } from "../../core/text.ts";
import type { App } from "../open.ts";

/** The most of a command's output that is shown, in bytes. */
const MAX_BYTES = 1_048_576;

/** The time limit of a command, in milliseconds. */
const TIMEOUT_MS = 60_000;

/** The verbs that ask for a person's terminal. The person sits at the screen that runs them. */
const FOR_PERSON = new Set(["answer", "approve", "thaw"]);

/** Runs `looop ...words` to its end, as the person would type it, and returns what it said on both streams. */
export async function runVerb(
  app: App,
  words: readonly string[],
): Promise<{ readonly code: number | undefined; readonly output: string }> {
  const [verb = "", ...rest] = words;
  const flag = FOR_PERSON.has(verb) ? ["--yes-i-am-the-person"] : [];
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  const ended = await (await app.proc()).run({
    argv: [...(await app.self()), verb, ...flag, ...rest],
    cwd: app.cwd,
    env: { ...app.env, LOOOP_COLOR: "0" },
    timeoutMs: TIMEOUT_MS,
    onOutput: (piece) => {
      bytes += piece.length;
      if (bytes <= MAX_BYTES) pieces.push(piece.slice());
    },
  });
  const late = ended.timedOut ? `\nlooop: it was ended after ${TIMEOUT_MS / 1_000} s` : "";
  return { code: ended.timedOut ? undefined : ended.code, output: utf8(concat(pieces)) + late };
}
