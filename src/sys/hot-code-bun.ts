/**
 * How long this process runs before its hot code is compiled as usual, in milliseconds: longer than the short verbs
 * take. They would pay 2 ms and 3 MB for code that they are done with (docs/decisions/0004-build-options.md).
 */
const SHORT_MS = 100;

/** Has hot code compiled as usual once this process has shown that it goes on. */
export function compileHotCodeLater(): void {
  setTimeout(() => Bun.unsafe.setJITPolicy(1), SHORT_MS).unref();
}
