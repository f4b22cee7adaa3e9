import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { ffi } from "../ffi/ffi-deno.ts";
import { cFunctions } from "../ffi/libc.ts";
import { asItIs, bindLibrary, libraryName, loadUnpacked, PTY_FILES, type PtyLibrary } from "./pty-library.ts";

/** Loads the library, unpacked to one of `folders`. */
export async function openLibrary(folders: readonly string[]): Promise<PtyLibrary> {
  const path = createRequire(import.meta.url).resolve(`bun-pty/rust-pty/target/release/${PTY_FILES[libraryName()]}`);
  // Deno's node:fs refuses descriptors that it did not open.
  const { write } = cFunctions(ffi, {
    write: { args: ["i32", "buffer", "u64"], returns: "i64", isAsync: true },
  });
  return {
    ...loadUnpacked(asItIs(readFileSync(path)), folders, (file) => bindLibrary(ffi, file)),
    writeTo: async (fd, bytes) => {
      const count = Number(await write(fd, bytes, BigInt(bytes.length)));
      if (!(count >= 0)) throw new Error("write failed");
      return count;
    },
  };
}
