import process from "node:process";
import { type Day, localDay } from "../../core/money/call.ts";
import { useOffset } from "../../core/time.ts";

/** Lets all of core/time.ts take the quickest way there is. */
export async function useSystemOffset(): Promise<void> {
  if (process.versions["deno"] !== undefined) return;
  useOffset((await import("./localtime-bun.ts")).openOffset());
}

/** The local calendar day of `ms`, by the quickest way there is: the first local Date of a process costs Bun 4 ms. */
export async function dayOf(ms: number): Promise<Day> {
  if (process.versions["deno"] !== undefined) return localDay(ms);
  return (await import("./localtime-bun.ts")).localDay(ms) ?? localDay(ms);
}
