import { cFunctions } from "../ffi/ffi-deno.ts";
import type { Poll } from "../ffi/libc.ts";

const symbols = cFunctions({ poll: { parameters: ["buffer", "u64", "i32"], result: "i32" } });

export const poll: Poll = (bytes) => Number(symbols["poll"]?.(bytes, 1n, 0));
