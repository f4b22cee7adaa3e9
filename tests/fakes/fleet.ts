import type { Fleet, Worker } from "../../src/core/session/session.ts";

/** A running worker with nothing to say, but for `over`. */
export function fakeWorker(id: string, over: Partial<Worker> = {}): Worker {
  const words = { note: undefined, flaggedAtMs: undefined, status: "running", tail: "" };
  const ending = { exitCode: undefined, endedBy: undefined };
  return { id, key: `${id} 1`, state: "running", alive: true, finished: false, ...ending, ...words, ...over };
}

/** A fleet of these workers, which remembers who was marked as shown. */
export function fakeFleet(workers: Worker[] = [], over: Partial<Fleet> = {}): Fleet & { readonly shown: string[] } {
  const shown: string[] = [];
  return {
    shown,
    workers: () => workers,
    flagged: () => workers.filter(({ note }) => note !== undefined),
    holder: () => "unknown",
    asker: () => ({ state: "unknown", life: undefined }),
    resolveTyped: () => false,
    markShown: (seen) => shown.push(...seen.map(({ id }) => id)),
    tidy: async () => {},
    keepFrozen: async () => [],
    ...over,
  };
}
