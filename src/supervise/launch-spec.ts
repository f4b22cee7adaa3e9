import { EXIT, LooopError } from "../core/error.ts";
import { isRecord, parseJson } from "../core/json.ts";
import type { SupervisorSpec } from "./supervisor.ts";

/** A supervisor's orders from its starter: JSON on stdin, where `ps` does not show it. The id is an argument. */
export type LaunchSpec = Omit<SupervisorSpec, "id" | "version">;

/** The version of the format. A starter that has run since before an upgrade may write another one. */
const VERSION = 1;

/** Returns `spec` as text. */
export function launchSpecText(spec: LaunchSpec): string {
  return JSON.stringify({ v: VERSION, ...spec });
}

/** Parses a launch spec; undefined when `text` is empty, because the starter gave up. Throws (exit 2) on other text. */
export function readLaunchSpec(text: string): LaunchSpec | undefined {
  if (text === "") return undefined;
  const read = parseJson(text);
  const { v, ...spec } = isRecord(read) ? read : {};
  // Our own starter wrote it, in this version, so the rest is not checked.
  if (v === VERSION) return spec as unknown as LaunchSpec;
  throw new LooopError({
    message: "Cannot supervise: standard input holds no launch spec of this version of looop",
    hint: "`looop start-session` starts a session; a pulse from before an upgrade needs `looop down`, then `looop up`",
    exit: EXIT.usage,
  });
}
