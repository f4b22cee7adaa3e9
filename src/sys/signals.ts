import process from "node:process";
import type { Stop } from "./sys.ts";

const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Catches the signals that end a process from now on: the first asks it to end, the second to end now. */
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

/** Ignores SIGQUIT, which the terminal's Ctrl-\ sends, from now on. */
export function ignoreQuit(): void {
  process.on("SIGQUIT", () => {});
}
