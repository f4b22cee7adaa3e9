import process from "node:process";
import { cFunctions, deno } from "./ffi-deno.ts";
import type { Flock } from "./libc.ts";

const errnoSymbol = process.platform === "darwin" ? "__error" : "__errno_location";

const symbols = cFunctions({
  flock: { parameters: ["i32", "i32"], result: "i32" },
  [errnoSymbol]: { parameters: [], result: "pointer" },
});

export const flock: Flock = (fd, operation) => {
  const call = symbols["flock"];
  const location = symbols[errnoSymbol];
  if (call === undefined || location === undefined) throw new Error("flock is not in the C library");
  return call(fd, operation) === 0 ? 0 : new deno.UnsafePointerView(location()).getInt32();
};
