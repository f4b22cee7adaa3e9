import { cLibraries, type Poll } from "./libc.ts";

/** The part of Deno's FFI used here; the project's types are Bun's. */
interface DenoFfi {
  dlopen(
    name: string,
    symbols: Record<string, { parameters: string[]; result: string }>,
  ): {
    symbols: Record<string, (...args: unknown[]) => unknown>;
  };
}

const deno = (globalThis as unknown as { Deno: DenoFfi }).Deno;

function load() {
  const failures: unknown[] = [];
  for (const name of cLibraries()) {
    try {
      return deno.dlopen(name, { poll: { parameters: ["buffer", "u64", "i32"], result: "i32" } });
    } catch (error) {
      failures.push(error);
    }
  }
  throw new AggregateError(failures, "no C library found");
}

const { symbols } = load();

export const poll: Poll = (bytes) => Number(symbols["poll"]?.(bytes, 1n, 0));
