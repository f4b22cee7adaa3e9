import { dlopen, read } from "bun:ffi";
import process from "node:process";
import { type Flock, inCLibrary } from "./libc.ts";

const errnoSymbol = process.platform === "darwin" ? "__error" : "__errno_location";

const library = inCLibrary((name) =>
  dlopen(name, {
    flock: { args: ["i32", "i32"], returns: "i32" },
    [errnoSymbol]: { args: [], returns: "ptr" },
  }),
);

export const flock: Flock = (fd, operation) => {
  const { flock: call, [errnoSymbol]: location } = library.symbols;
  if (call === undefined || location === undefined) throw new Error("flock is not in the C library");
  if (call(fd, operation) === 0) return 0;
  return read.i32(location() as never, 0);
};
