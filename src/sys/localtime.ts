import process from "node:process";
import { type Day, localDay } from "../core/cost.ts";
import { localClock } from "../core/time.ts";

/** A time as `09:30:05` here, by the quickest way there is as well: every line of the log begins with one. */
export async function openLocalClock(): Promise<(ms: number) => string> {
  if (process.versions["deno"] !== undefined) return localClock;
  return (await import("./localtime-bun.ts")).openClock() ?? localClock;
}

/** The local calendar day of `ms`, by the quickest way there is: the first local Date of a process costs Bun 4 ms. */
export async function dayOf(ms: number): Promise<Day> {
  if (process.versions["deno"] !== undefined) return localDay(ms);
  return (await import("./localtime-bun.ts")).localDay(ms) ?? localDay(ms);
}
