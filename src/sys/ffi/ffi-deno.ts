import type { Ffi, Signature } from "./libc.ts";

/** The part of Deno's FFI used here; the project's types are Bun's. */
interface DenoFfi {
  dlopen(path: string, signatures: object): { symbols: never };
  UnsafePointerView: new (pointer: unknown) => { getInt32(): number };
}

const deno = (globalThis as unknown as { Deno: DenoFfi }).Deno;

export const ffi: Ffi = {
  load: (path, signatures) => {
    const own = Object.entries<Signature>(signatures).map(([name, { args, returns, isAsync = false }]) => [
      name,
      { parameters: args, result: returns, nonblocking: isAsync },
    ]);
    return deno.dlopen(path, Object.fromEntries(own)).symbols;
  },
  readInt32: (pointer) => new deno.UnsafePointerView(pointer).getInt32(),
};
