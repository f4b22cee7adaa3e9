import process from "node:process";
import { pollForEnd } from "../ffi/libc.ts";

const OUT = 1;

/** POLLERR and POLLHUP. Not POLLNVAL, which macOS reports for some devices such as the null device. */
const GONE = 0x08 | 0x10;

/** Returns a function that is true once the reader of our stdout has gone. It writes nothing. */
export async function openReaderGone(): Promise<() => boolean> {
  const { poll } =
    process.versions["deno"] === undefined ? await import("./poll-bun.ts") : await import("./poll-deno.ts");
  return () => {
    const asked = pollForEnd(OUT);
    return poll(asked) > 0 && (new DataView(asked.buffer).getInt16(6, true) & GONE) !== 0;
  };
}
