import process from "node:process";
import { type Day, localDay } from "../../core/money/call.ts";
import { useOffset } from "../../core/time.ts";

/** Makes core/time.ts use the fastest source of local time. */
export async function useSystemOffset(): Promise<void> {
  if (process.versions["deno"] !== undefined) return;
  useOffset((await import("./localtime-bun.ts")).openOffset());
}

/** Returns the name of the local time zone: `Europe/Berlin`; UTC when it has no name. */
export function systemZone(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return timeZone === undefined || timeZone === "Etc/Unknown" ? "UTC" : timeZone;
}

/** Returns the local calendar day of `ms` by the fastest source: the first local Date of a process costs Bun 4 ms. */
export async function dayOf(ms: number): Promise<Day> {
  if (process.versions["deno"] !== undefined) return localDay(ms);
  return (await import("./localtime-bun.ts")).localDay(ms) ?? localDay(ms);
}
