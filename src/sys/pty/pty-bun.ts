import { dlopen, FFIType } from "bun:ffi";
import { readFileSync, write } from "node:fs";
import process from "node:process";
import { bytesOf } from "../../core/text.ts";
import { inCLibrary, pollForInput } from "../ffi/libc.ts";
import { asItIs, type Embedded, type LibraryName, libraryName, loadUnpacked, type PtyLibrary } from "./pty-library.ts";

const { cstring, i32, pointer } = FFIType;

/**
 * One import per machine, so that only the right file is needed at run time. A build leaves the other five out by
 * naming them `--external` (tools/build.ts); run from source, they are simply never imported.
 */
const FILES: Record<LibraryName, () => Promise<{ default: string }>> = {
  "linux-x64": () => import("bun-pty/rust-pty/target/release/librust_pty.so", { with: { type: "file" } }),
  "linux-arm64": () => import("bun-pty/rust-pty/target/release/librust_pty_arm64.so", { with: { type: "file" } }),
  "linux-x64-musl": () => import("bun-pty/rust-pty/target/release/librust_pty_musl.so", { with: { type: "file" } }),
  "linux-arm64-musl": () =>
    import("bun-pty/rust-pty/target/release/librust_pty_arm64_musl.so", { with: { type: "file" } }),
  "darwin-x64": () => import("bun-pty/rust-pty/target/release/librust_pty.dylib", { with: { type: "file" } }),
  "darwin-arm64": () => import("bun-pty/rust-pty/target/release/librust_pty_arm64.dylib", { with: { type: "file" } }),
};

/** Loads the library through bun:ffi, unpacked to one of `folders`. */
export async function openLibrary(folders: readonly string[]): Promise<PtyLibrary> {
  const { symbols } = loadUnpacked(embedded((await FILES[libraryName()]()).default), folders, bind);
  const library: PtyLibrary = {
    spawn: (commandLine, cwd, cols, rows) => symbols.bun_pty_spawn(text(commandLine), text(cwd), text(""), cols, rows),
    read: (handle, into) => symbols.bun_pty_read(handle, into, into.length),
    write: (handle, bytes) => symbols.bun_pty_write(handle, bytes, bytes.length),
    resize: (handle, cols, rows) => symbols.bun_pty_resize(handle, cols, rows),
    pid: (handle) => symbols.bun_pty_get_pid(handle),
    exitCode: (handle) => symbols.bun_pty_get_exit_code(handle),
    close: (handle) => symbols.bun_pty_close(handle),
    // The runtime's thread pool waits for the terminal to take the bytes, so this loop need not.
    writeTo: (fd, bytes) =>
      new Promise((done, fail) => write(fd, bytes, (error, count) => (error ? fail(error) : done(count)))),
    isReadable: (fd) => bindPoll()(pollForInput(fd)) > 0,
  };
  // It uses Linux's numbers of system calls and options.
  if (process.platform !== "linux") return library;
  const { takeMaster } = await import("./pty-master-bun.ts");
  return { ...library, takeMaster: (handle, theirs) => takeMaster(library, handle, theirs) };
}

/** The hash of the library that a build embeds, compressed with zstd; the build defines it (tools/compile.ts). */
declare const LOOOP_PTY_SHA256: string | undefined;

function embedded(path: string): Embedded {
  if (typeof LOOOP_PTY_SHA256 === "undefined") return asItIs(readFileSync(path));
  return { sha256: LOOOP_PTY_SHA256, content: () => Bun.zstdDecompressSync(readFileSync(path)) };
}

function bind(path: string) {
  return dlopen(path, {
    bun_pty_spawn: { args: [cstring, cstring, cstring, i32, i32], returns: i32 },
    bun_pty_write: { args: [i32, pointer, i32], returns: i32 },
    bun_pty_read: { args: [i32, pointer, i32], returns: i32 },
    bun_pty_resize: { args: [i32, i32, i32], returns: i32 },
    bun_pty_get_pid: { args: [i32], returns: i32 },
    bun_pty_get_exit_code: { args: [i32], returns: i32 },
    bun_pty_close: { args: [i32], returns: FFIType.void },
  });
}

/** Bound only at the end of a session, so that an idle one does not pay for it. */
function bindPoll(): (struct: Uint8Array) => number {
  const signature = { args: [pointer, FFIType.u64, i32], returns: i32 } as const;
  const { symbols } = inCLibrary((name) => dlopen(name, { poll: signature }));
  return (struct) => symbols.poll(struct, 1n, 0);
}

/** NUL-terminated. Passed as an array, so that it lives as long as the call. */
function text(value: string): Uint8Array {
  return bytesOf(`${value}\0`);
}
