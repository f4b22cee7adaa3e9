import process from "node:process";
import { pollForEnd } from "../ffi/libc.ts";

const OUT = 1;

/** POLLERR and POLLHUP. Not POLLNVAL: macOS says that of some devices, the null device among them. */
const GONE = 0x08 | 0x10;

/** A function that tells whether the reader of our stdout has gone, without writing anything to it. */
export async function openReaderGone(): Promise<() => boolean> {
  const { poll } =
    process.versions["deno"] === undefined ? await import("./poll-bun.ts") : await import("./poll-deno.ts");
  return () => {
    const asked = pollForEnd(OUT);
    return poll(asked) > 0 && (new DataView(asked.buffer).getInt16(6, true) & GONE) !== 0;
  };
}
