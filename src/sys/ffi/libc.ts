import process from "node:process";

/** Calls the C library's `flock(fd, operation)`. Returns 0, or the errno. */
export type Flock = (fd: number, operation: number) => number;

/** Terminal settings: the C library's functions on the bytes of a `struct termios`, which are opaque to us. */
export interface Termios {
  /** Returns undefined when `fd` is not a terminal. */
  get(fd: number): Uint8Array | undefined;
  /** Returns `settings` changed so that bytes pass unchanged both ways. */
  raw(settings: Uint8Array): Uint8Array;
  /** Takes effect at once. Returns false when the terminal has gone. */
  set(fd: number, settings: Uint8Array): boolean;
  /** Drops input that was typed but not read. */
  dropInput(fd: number): void;
  /** Drops output that was written but not shown. */
  dropOutput(fd: number): void;
}

/** Room for the settings: Linux has 60 bytes, macOS 72. */
export const TERMIOS_BYTES = 256;

/** TCSANOW. */
export const SET_NOW = 0;

/** TCIFLUSH and TCOFLUSH, as Linux and macOS number them. */
export const [DROP_INPUT, DROP_OUTPUT] = process.platform === "darwin" ? [1, 2] : [0, 1];

/** Returns `open` of the C library, by the first of its names that exists here. Throws with all failures otherwise. */
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

/** The library's names: glibc, musl on this architecture, macOS. */
function cLibraries(): string[] {
  if (process.platform === "darwin") return ["libSystem.B.dylib"];
  const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
  return ["libc.so.6", `libc.musl-${machine}.so.1`, `/lib/ld-musl-${machine}.so.1`];
}

/** Returns the bytes of a `struct pollfd` that asks for input on one descriptor. */
export function pollForInput(fd: number): Uint8Array {
  const POLLIN = 1;
  const bytes = new Uint8Array(8);
  const fields = new DataView(bytes.buffer);
  fields.setInt32(0, fd, true);
  fields.setInt16(4, POLLIN, true);
  return bytes;
}

/** Calls `poll(2)` on the bytes of one `struct pollfd`, without waiting. Returns 0 when nothing happened. */
export type Poll = (bytes: Uint8Array) => number;

/** The same for the end of the other side only, which poll always reports. */
export function pollForEnd(fd: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setInt32(0, fd, true);
  return bytes;
}
