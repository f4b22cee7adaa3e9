import process from "node:process";

/** `flock(fd, operation)` of the C library: 0, or the errno of its failure. */
export type Flock = (fd: number, operation: number) => number;

/** Terminal settings: the C library's functions over the bytes of a `struct termios`, whose layout is its own affair. */
export interface Termios {
  /** Undefined when `fd` is no terminal. */
  get(fd: number): Uint8Array | undefined;
  /** `settings` changed so that bytes pass as they are, both ways. */
  raw(settings: Uint8Array): Uint8Array;
  /** At once. False when the terminal is gone. */
  set(fd: number, settings: Uint8Array): boolean;
  /** Drops what was typed and not read yet. */
  dropInput(fd: number): void;
  /** Drops what was written and not shown yet. */
  dropOutput(fd: number): void;
}

/** Room for the settings: Linux has 60 bytes, macOS 72. */
export const TERMIOS_BYTES = 256;

/** TCSANOW. */
export const SET_NOW = 0;

/** TCIFLUSH and TCOFLUSH, as Linux and macOS number them. */
export const [DROP_INPUT, DROP_OUTPUT] = process.platform === "darwin" ? [1, 2] : [0, 1];

/** What `open` makes of the C library, by the first of its names that is one here. Throws with all failures when none is. */
export function inCLibrary<T>(open: (name: string) => T): T {
  const failures: unknown[] = [];
  for (const name of cLibraries()) {
    try {
      return open(name);
    } catch (error) {
      failures.push(error);
    }
  }
  throw new AggregateError(failures, "no C library found");
}

/** Where it may lie: glibc, musl on this architecture, macOS. */
function cLibraries(): string[] {
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

/** `poll(2)` of one descriptor without waiting, over the bytes of its struct: 0 when nothing happened. */
export type Poll = (bytes: Uint8Array) => number;

/** The same for nothing but the other side's end, which is told unasked. */
export function pollForEnd(fd: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setInt32(0, fd, true);
  return bytes;
}
