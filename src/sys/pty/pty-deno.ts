import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { bytesOf } from "../../core/text.ts";
import { cFunctions, deno, type Symbols } from "../ffi/ffi-deno.ts";
import { pollForInput } from "../ffi/libc.ts";
import { asItIs, libraryName, loadUnpacked, PTY_FILES, type PtyLibrary } from "./pty-library.ts";

/** Loads the same library through Deno.dlopen, unpacked to one of `folders`. */
export async function openLibrary(folders: readonly string[]): Promise<PtyLibrary> {
  const path = createRequire(import.meta.url).resolve(`bun-pty/rust-pty/target/release/${PTY_FILES[libraryName()]}`);
  const symbols = loadUnpacked(asItIs(readFileSync(path)), folders, bind);
  const call = (name: string, ...args: (number | Uint8Array)[]) => Number(symbols[name]?.(...args) ?? -1);
  const { write, poll } = bindLibc();
  return {
    spawn: (commandLine, cwd, cols, rows) => call("bun_pty_spawn", text(commandLine), text(cwd), text(""), cols, rows),
    read: (handle, into) => call("bun_pty_read", handle, into, into.length),
    write: (handle, bytes) => call("bun_pty_write", handle, bytes, bytes.length),
    resize: (handle, cols, rows) => call("bun_pty_resize", handle, cols, rows),
    pid: (handle) => call("bun_pty_get_pid", handle),
    exitCode: (handle) => call("bun_pty_get_exit_code", handle),
    close: (handle) => void call("bun_pty_close", handle),
    writeTo: async (fd, bytes) => {
      const count = Number(await write?.(fd, bytes, BigInt(bytes.length)));
      if (!(count >= 0)) throw new Error("write failed");
      return count;
    },
    isReadable: (fd) => Number(poll?.(pollForInput(fd), 1n, 0)) > 0,
  };
}

function bind(path: string): Symbols {
  const signature = (parameters: string[], result = "i32") => ({ parameters, result });
  return deno.dlopen(path, {
    bun_pty_spawn: signature(["buffer", "buffer", "buffer", "i32", "i32"]),
    bun_pty_write: signature(["i32", "buffer", "i32"]),
    bun_pty_read: signature(["i32", "buffer", "i32"]),
    bun_pty_resize: signature(["i32", "i32", "i32"]),
    bun_pty_get_pid: signature(["i32"]),
    bun_pty_get_exit_code: signature(["i32"]),
    bun_pty_close: signature(["i32"], "void"),
  }).symbols;
}

/** `write(2)` in another thread, because Deno's node:fs refuses descriptors that it did not open, and `poll(2)`. */
function bindLibc(): Symbols {
  return cFunctions({
    write: { parameters: ["i32", "buffer", "usize"], result: "isize", nonblocking: true },
    poll: { parameters: ["buffer", "u64", "i32"], result: "i32" },
  });
}

function text(value: string): Uint8Array {
  return bytesOf(`${value}\0`);
}
