import { join } from "node:path";
import type { Files } from "../sys/sys.ts";
import type { Paths } from "./paths.ts";

/** The SHA-256 of every sensor script that the person trusts: whatever in `trusted.json` can be one. */
export function readTrusted(files: Files, paths: Paths): ReadonlySet<string> {
  const text = files.read(join(paths.data, "trusted.json")) ?? "";
  return new Set(text.match(/\b[0-9a-f]{64}\b/g) ?? []);
}
