import process from "node:process";
import { cLibraries, type Flock } from "./libc.ts";

/** The part of Deno's FFI used here; the project's types are Bun's. */
interface DenoFfi {
  dlopen(
    name: string,
    symbols: Record<string, { parameters: string[]; result: string }>,
  ): {
    symbols: Record<string, (...args: number[]) => unknown>;
  };
  UnsafePointerView: new (pointer: unknown) => { getInt32(): number };
}

const deno = (globalThis as unknown as { Deno: DenoFfi }).Deno;
const errnoSymbol = process.platform === "darwin" ? "__error" : "__errno_location";

function load() {
  const failures: unknown[] = [];
  for (const name of cLibraries()) {
    try {
      return deno.dlopen(name, {
        flock: { parameters: ["i32", "i32"], result: "i32" },
        [errnoSymbol]: { parameters: [], result: "pointer" },
      });
    } catch (error) {
      failures.push(error);
    }
  }
  throw new AggregateError(failures, "no C library found");
}

const { symbols } = load();

export const flock: Flock = (fd, operation) => {
  const call = symbols["flock"];
  const location = symbols[errnoSymbol];
  if (call === undefined || location === undefined) throw new Error("flock is not in the C library");
  return call(fd, operation) === 0 ? 0 : new deno.UnsafePointerView(location()).getInt32();
};
