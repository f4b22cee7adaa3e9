import process from "node:process";

/** What gives back memory that this process does not need for now; where we cannot, it does nothing. */
export async function openHistory(): Promise<() => void> {
  if (process.platform !== "linux" || process.versions["deno"] !== undefined) return () => {};
  return (await import("./memory-bun.ts")).releaseMemory;
}
