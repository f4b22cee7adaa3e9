import { dlopen } from "bun:ffi";
import { inCLibrary, type Poll } from "../ffi/libc.ts";

const { symbols } = inCLibrary((name) => dlopen(name, { poll: { args: ["ptr", "u64", "i32"], returns: "i32" } }));

export const poll: Poll = (bytes) => symbols.poll(bytes, 1n, 0);
