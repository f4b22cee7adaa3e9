/**
 * The age at which a process starts to compile its hot code, in milliseconds: more than a short verb takes. It would pay
 * 2 ms and 3 MB for code that it no longer needs (docs/decisions/0004-build-options.md).
 */
const SHORT_MS = 100;

/** Verbs that run long and may have to keep up with a flood. Code that ran before the change is compiled much later. */
const LONG: readonly (string | undefined)[] = ["__supervise", "_pulse", "attach", "run"];

/** Makes the runtime compile hot code: at once for a verb that runs long, else once this process is old enough. */
export function compileHotCode(verb: string | undefined): void {
  if (LONG.includes(verb)) Bun.unsafe.setJITPolicy(1);
  else setTimeout(() => Bun.unsafe.setJITPolicy(1), SHORT_MS).unref();
}
