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
    // Bun cancels its read here. Deno keeps the process alive until the writer has gone, which gets the same signal.
    source.destroy();
    done();
  };
  // A closed or broken input has ended; what was read before it still counts.
  for (const event of ["end", "close", "error"] as const) source.once(event, end);
  catchSignals().onAsked(end);
}

/** Returns the stream, or undefined when stdin cannot be read (Bun throws on first access when it is a folder). */
function opened(take: (bytes: Uint8Array) => void): typeof process.stdin | undefined {
  try {
    return process.stdin.on("data", take);
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return undefined;
  }
}
