import { EXIT, LooopError } from "../core/error.ts";
import { isRecord, parseJson } from "../core/json.ts";
import type { SupervisorSpec } from "./supervisor.ts";

/** What a starter tells its supervisor beside which session it is: JSON on its stdin, where no `ps` shows it. */
export type LaunchSpec = Omit<SupervisorSpec, "id" | "version">;

/** Of what they say. A starter that has run since before an upgrade may speak another. */
const VERSION = 1;

/** `orders` as text. */
export function launchSpecText(orders: LaunchSpec): string {
  return JSON.stringify({ v: VERSION, ...orders });
}

/** The orders in `text`; undefined when there are none: their giver has thought better of it. */
export function readLaunchSpec(text: string): LaunchSpec | undefined {
  if (text === "") return undefined;
  const read = parseJson(text);
  const { v, ...orders } = isRecord(read) ? read : {};
  // Our own starter wrote the rest of it as it is.
  if (v === VERSION) return orders as unknown as LaunchSpec;
  throw new LooopError({
    message: "Cannot supervise: what came on standard input are no orders of this looop",
    hint: "`looop start-session` starts a session; a pulse from before an upgrade needs `looop down`, then `looop up`",
    exit: EXIT.usage,
  });
}
