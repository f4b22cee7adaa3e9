import process from "node:process";
import type { Stop } from "./sys.ts";

const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** From now on, signals that would end this process ask it to end instead: once politely, twice for now. */
export function catchSignals(): Stop {
  const asked = new AbortController();
  const now = new AbortController();
  let first: string | undefined;
  for (const name of ENDING) {
    process.on(name, () => {
      if (first !== undefined) now.abort();
      first ??= name;
      asked.abort();
    });
  }
  return {
    asked: asked.signal,
    now: now.signal,
    name: () => first,
    onAsked: (told) => asked.signal.addEventListener("abort", told, { once: true }),
  };
}

/** From now on, the terminal's Ctrl-\ does nothing to this process. */
export function ignoreQuit(): void {
  process.on("SIGQUIT", () => {});
}
