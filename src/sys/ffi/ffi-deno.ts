import { inCLibrary } from "./libc.ts";

/** What one function takes and gives, in Deno's names of types. */
export interface Signature {
  readonly parameters: readonly string[];
  readonly result: string;
  /** In a thread of its own: the call gives a promise. */
  readonly nonblocking?: boolean;
}

// What a pointer is, is Deno's own affair.
// biome-ignore lint/suspicious/noExplicitAny: a foreign function takes and gives what its signature says
export type Symbols = Readonly<Record<string, (...args: any[]) => unknown>>;

/** The part of Deno's FFI used here; the project's types are Bun's. */
interface DenoFfi {
  dlopen(name: string, signatures: Readonly<Record<string, Signature>>): { symbols: Symbols };
  UnsafePointerView: new (pointer: unknown) => { getInt32(): number };
}

export const deno = (globalThis as unknown as { Deno: DenoFfi }).Deno;

/** Functions of the C library. */
export function cFunctions(signatures: Readonly<Record<string, Signature>>): Symbols {
  return inCLibrary((name) => deno.dlopen(name, signatures).symbols);
}
