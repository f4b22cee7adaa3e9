import { inCLibrary } from "./libc.ts";

/** The parameter and result types of one function, in Deno's names. */
export interface Signature {
  readonly parameters: readonly string[];
  readonly result: string;
  /** Runs in another thread: the call returns a promise. */
  readonly nonblocking?: boolean;
}

// A pointer is an opaque value of Deno's.
// biome-ignore lint/suspicious/noExplicitAny: a foreign function's types are in its signature
export type Symbols = Readonly<Record<string, (...args: any[]) => unknown>>;

/** The part of Deno's FFI used here; the project's types are Bun's. */
interface DenoFfi {
  dlopen(name: string, signatures: Readonly<Record<string, Signature>>): { symbols: Symbols };
  UnsafePointerView: new (pointer: unknown) => { getInt32(): number };
}

export const deno = (globalThis as unknown as { Deno: DenoFfi }).Deno;

/** Returns functions of the C library. */
export function cFunctions(signatures: Readonly<Record<string, Signature>>): Symbols {
  return inCLibrary((name) => deno.dlopen(name, signatures).symbols);
}
