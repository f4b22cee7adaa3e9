import process from "node:process";

/** Returns a function that releases memory this process does not need now. It does nothing where that is not possible. */
export async function openMemoryRelease(): Promise<() => void> {
  if (process.platform !== "linux" || process.versions["deno"] !== undefined) return () => {};
  return (await import("./memory-bun.ts")).releaseMemory;
}
