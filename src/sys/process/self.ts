import process from "node:process";

/**
 * Returns the argv that starts this program again.
 *
 * Compiled, `argv[1]` lies in Bun's virtual folder and `execPath` is the binary itself. From source, `execPath` is the
 * runtime and `argv[1]` the script. After an upgrade in place the kernel appends " (deleted)" to a running binary's
 * path; the new file of that name is the right one.
 */
export function selfCommand(): string[] {
  const exe = process.execPath.replace(/ \(deleted\)$/, "");
  const script = process.argv[1] ?? "";
  if (isCompiled()) return [exe];
  return process.versions["deno"] === undefined ? [exe, script] : [exe, "run", "-A", script];
}

/** True when this is the compiled binary, not a runtime that runs our source. */
export function isCompiled(): boolean {
  const script = process.argv[1] ?? "";
  return script.startsWith("/$bunfs/") || script.startsWith("B:/~BUN/");
}
