import { openFfi } from "../ffi/ffi.ts";
import { poll } from "../ffi/libc.ts";

const OUT = 1;

/** POLLERR and POLLHUP. Not POLLNVAL, which macOS reports for some devices such as the null device. */
const GONE = 0x08 | 0x10;

/** Returns a function that is true once the reader of our stdout has gone. It writes nothing. */
export async function openReaderGone(): Promise<() => boolean> {
  const ffi = await openFfi();
  return () => (poll(ffi, OUT, 0) & GONE) !== 0;
}
