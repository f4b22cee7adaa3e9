import process from "node:process";

/** A type of C, in the names that both runtimes know. A buffer is an array, passed as the address of its bytes. */
export type CType = "i32" | "i64" | "u64" | "buffer" | "pointer" | "void";

export interface Signature {
  readonly args: readonly CType[];
  readonly returns: CType;
  /** Runs in another thread: the call returns a promise. Deno only. */
  readonly isAsync?: boolean;
}

/** Functions of a C library. */
export type Functions<Name extends string> = Readonly<
  Record<Name, (...args: readonly (number | bigint | ArrayBufferView)[]) => number>
>;

/** A runtime's foreign function interface. */
export interface Ffi {
  /** Binds functions of the library at `path`. Throws when it lacks one. */
  load<Name extends string>(path: string, signatures: Readonly<Record<Name, Signature>>): Functions<Name>;
  /** Returns the integer that a pointer, the result of a function, points to. */
  readInt32(pointer: number): number;
}

/** Binds functions of the C library, by the first of its names that exists here. Throws with all failures otherwise. */
export function cFunctions<Name extends string>(
  { load }: Ffi,
  signatures: Readonly<Record<Name, Signature>>,
): Functions<Name> {
  const failures: unknown[] = [];
  for (const name of cLibraries()) {
    try {
      return load(name, signatures);
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

/** Input waits. */
export const POLLIN = 0x01;

/** Bound at the first call: an idle session, which calls it only at its end, does not pay for it. */
let bound: Functions<"poll"> | undefined;

/** Returns what has happened on a descriptor, as bits of poll(2): `events`, errors and hang-ups. Does not wait. */
export function poll(ffi: Ffi, fd: number, events: number): number {
  bound ??= cFunctions(ffi, { poll: { args: ["buffer", "u64", "i32"], returns: "i32" } });
  const struct = new Uint8Array(8);
  const fields = new DataView(struct.buffer);
  fields.setInt32(0, fd, true);
  fields.setInt16(4, events, true);
  return bound.poll(struct, 1n, 0) > 0 ? fields.getInt16(6, true) : 0;
}
