import { readFileSync, write } from "node:fs";
import process from "node:process";
import { ffi } from "../ffi/ffi-bun.ts";
import {
  asItIs,
  bindLibrary,
  type Embedded,
  type LibraryName,
  libraryName,
  loadUnpacked,
  type PtyLibrary,
} from "./pty-library.ts";

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

/** Loads the library, unpacked to one of `folders`. */
export async function openLibrary(folders: readonly string[]): Promise<PtyLibrary> {
  const packed = embedded((await FILES[libraryName()]()).default);
  const library: PtyLibrary = {
    ...loadUnpacked(packed, folders, (path) => bindLibrary(ffi, path)),
    // The runtime's thread pool waits for the terminal to take the bytes, so this loop need not.
    writeTo: (fd, bytes) =>
      new Promise((done, fail) => write(fd, bytes, (error, count) => (error ? fail(error) : done(count)))),
  };
  // It uses Linux's numbers of options.
  if (process.platform !== "linux") return library;
  const { takeMaster } = await import("./pty-master-bun.ts");
  return { ...library, takeMaster: (handle, descriptors) => takeMaster(library, handle, descriptors) };
}

/** The hash of the library that a build embeds, compressed with zstd; the build defines it (tools/compile.ts). */
declare const LOOOP_PTY_SHA256: string | undefined;

function embedded(path: string): Embedded {
  if (typeof LOOOP_PTY_SHA256 === "undefined") return asItIs(readFileSync(path));
  return { sha256: LOOOP_PTY_SHA256, content: () => Bun.zstdDecompressSync(readFileSync(path)) };
}
