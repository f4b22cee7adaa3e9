import { setting } from "../../core/env.ts";
import type { App } from "../open.ts";

/** True when a program is on PATH. */
export async function isOnPath(app: App, name: string): Promise<boolean> {
  return (await app.proc()).which(name, setting(app.env, "PATH") ?? "", app.cwd) !== undefined;
}
