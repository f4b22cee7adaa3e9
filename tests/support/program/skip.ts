/** The only way to skip a test: with a reason, which becomes part of its name and is printed by tools/test.ts. */
import { test } from "bun:test";
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { SYSTEM_PATH } from "./profile.ts";
import { RUNTIME } from "./program.ts";

/** `test`, or a skipped one that says why when there is a `reason`. */
export function testUnless(reason: string | undefined) {
  return (title: string, body: () => void | Promise<void>, limitMs?: number): void =>
    reason === undefined ? test(title, body, limitMs) : test.skip(`${title} (${reason})`, body);
}

/**
 * The reason why a test that starts `commands` cannot run here. Throws with LOOOP_NO_SKIP=1, which .ci/run sets: it
 * installs what tests need.
 */
export function missing(...commands: readonly string[]): string | undefined {
  const absent = commands.filter((command) => !isOnPath(command));
  if (absent.length === 0) return undefined;
  const reason = `not installed: ${absent.join(", ")}`;
  if (process.env["LOOOP_NO_SKIP"] === "1") throw new Error(`Cannot skip, ${reason}\n  hint: Add it to .ci/run`);
  return reason;
}

/** The reason, when the program under test runs on Deno. */
export function onDeno(reason: string): string | undefined {
  return RUNTIME === "deno" ? `on Deno: ${reason}` : undefined;
}

/** The reason, when the program under test is not the built one. */
export function fromSource(reason: string): string | undefined {
  return RUNTIME === "binary" ? undefined : `from source: ${reason}`;
}

function isOnPath(command: string): boolean {
  return SYSTEM_PATH.split(":").some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
