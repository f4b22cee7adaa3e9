import process from "node:process";

/** `flock(fd, operation)` of the C library: 0, or the errno of its failure. */
export type Flock = (fd: number, operation: number) => number;

/** Where the C library may lie: glibc, musl on this architecture, macOS. */
export function cLibraries(): string[] {
  if (process.platform === "darwin") return ["libSystem.B.dylib"];
  const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
  return ["libc.so.6", `libc.musl-${machine}.so.1`, `/lib/ld-musl-${machine}.so.1`];
}
