import { dlopen } from "bun:ffi";
import { cLibraries, type Poll } from "./libc.ts";

function load() {
  const failures: unknown[] = [];
  for (const name of cLibraries()) {
    try {
      return dlopen(name, { poll: { args: ["ptr", "u64", "i32"], returns: "i32" } });
    } catch (error) {
      failures.push(error);
    }
  }
  throw new AggregateError(failures, "no C library found");
}

const { symbols } = load();

export const poll: Poll = (bytes) => symbols.poll(bytes, 1n, 0);
