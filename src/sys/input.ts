import process from "node:process";
import { errnoCode } from "./errno.ts";
import { catchSignals } from "./signals.ts";
import type { Input } from "./sys.ts";

/** This process's standard input. */
export const stdin: Input = { each: (take) => new Promise((done) => follow(take, done)) };

function follow(take: (bytes: Uint8Array) => void, done: () => void): void {
  const source = opened(take);
  if (source === undefined) return done();
  const end = () => {
    source.removeListener("data", take);
    // Bun gives up its read here; Deno ends the process only when the writer has gone, which gets the same signal.
    source.destroy();
    done();
  };
  // A closed or broken input has ended; what came before counts all the same.
  for (const event of ["end", "close", "error"] as const) source.once(event, end);
  catchSignals().onAsked(end);
}

/** The stream, or undefined when what stands there cannot be read (Bun throws for a folder at the first wish to read). */
function opened(take: (bytes: Uint8Array) => void): typeof process.stdin | undefined {
  try {
    return process.stdin.on("data", take);
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return undefined;
  }
}
