import process from "node:process";

/** `flock(fd, operation)` of the C library: 0, or the errno of its failure. */
export type Flock = (fd: number, operation: number) => number;

/** Where the C library may lie: glibc, musl on this architecture, macOS. */
export function cLibraries(): string[] {
  if (process.platform === "darwin") return ["libSystem.B.dylib"];
  const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
  return ["libc.so.6", `libc.musl-${machine}.so.1`, `/lib/ld-musl-${machine}.so.1`];
}

/** `poll(2)` of one descriptor for input, without waiting: the bytes of its struct, to be given to the C library. */
export function pollForInput(fd: number): Uint8Array {
  const POLLIN = 1;
  const bytes = new Uint8Array(8);
  const fields = new DataView(bytes.buffer);
  fields.setInt32(0, fd, true);
  fields.setInt16(4, POLLIN, true);
  return bytes;
}
