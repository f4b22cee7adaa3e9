/**
 * How long a process runs before its hot code is compiled as usual, in milliseconds: longer than the short verbs take.
 * They would pay 2 ms and 3 MB for code that they are done with (docs/decisions/0004-build-options.md).
 */
const SHORT_MS = 100;

/** Verbs that go on, and have a flood to keep up with: what runs before the change stays reluctant for long after it. */
const LONG: readonly (string | undefined)[] = ["__supervise", "_pulse", "attach", "run"];

/** Has hot code compiled as usual: at once for a verb that goes on, else when this process has shown that it does. */
export function compileHotCode(verb: string | undefined): void {
  if (LONG.includes(verb)) Bun.unsafe.setJITPolicy(1);
  else setTimeout(() => Bun.unsafe.setJITPolicy(1), SHORT_MS).unref();
}
