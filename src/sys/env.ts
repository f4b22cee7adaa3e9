import process from "node:process";
import type { Env } from "../core/env.ts";

/** Returns a copy of this process's environment. */
export function readEnv(): Env {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] = value;
  return env;
}
