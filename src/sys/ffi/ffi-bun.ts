import { dlopen, read } from "bun:ffi";
import type { Ffi, Functions } from "./libc.ts";

export const ffi: Ffi = {
  load: <Name extends string>(path: string, signatures: object) =>
    dlopen(path, signatures as never).symbols as unknown as Functions<Name>,
  readInt32: (pointer) => read.i32(pointer as never, 0),
};
