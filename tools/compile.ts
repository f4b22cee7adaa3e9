/** One program compiled to one file. How, and why each option: docs/decisions/0004-build-options.md. */
import { mkdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { constants, zstdCompressSync } from "node:zlib";
import { sha256 } from "../src/sys/ffi/hash.ts";
import { type LibraryName, PTY_FILES } from "../src/sys/pty/pty-library.ts";
import { ROOT } from "./project.ts";
import type { Target } from "./targets.ts";

const LIBRARIES = "bun-pty/rust-pty/target/release";

/** How the bytecode is laid out; tools/bytecode-order.ts writes it. */
export const BYTECODE_ORDER = join(ROOT, "tools/bytecode-order.txt");

/** How many times more reluctant than usual the compiler of hot code begins; src/sys/ffi/hot-code-bun.ts ends that. */
const JIT_POLICY = 50;

export interface Compilation {
  /** The source that begins it, under the project's folder. */
  readonly entry: string;
  /** Where the program goes. Its last part is the name that the program sees in its argv. */
  readonly outfile: string;
  /** The one PTY library that goes in. Half a megabyte each, so those of other machines stay out. */
  readonly library: LibraryName;
  /** Where the files of the release will lie, for `looop upgrade`. */
  readonly url?: string;
  /** The machine it is for and the Bun that it carries; without it, this machine and the Bun that runs this. */
  readonly foreign?: { readonly target: Target; readonly runtime: string };
}

/**
 * Makes the folder that this process compiles in. It may be thrown away: Bun leaves its intermediate file in the current
 * folder when it is killed. Always as deep in the project, because the way from it to the sources is in the program, as
 * a part of what the names of its chunks are hashed from: the same commit must give the same bytes wherever it lies.
 */
export function workFolder(): string {
  const folder = join(ROOT, "dist", `.new.${process.pid}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Compiles in a {@linkcode workFolder}, or throws with what the bundler said. */
export async function compile({ entry, outfile, library, url, foreign }: Compilation, folder: string): Promise<void> {
  const file = PTY_FILES[library];
  const before = process.cwd();
  process.chdir(folder);
  try {
    const done = await Bun.build({
      entrypoints: [join(ROOT, entry)],
      // Else the names of the chunks depend on where the project lies.
      root: ROOT,
      minify: true,
      bytecode: true,
      bytecodeDepth: 1,
      format: "esm",
      splitting: true,
      define: {
        LOOOP_PTY_LIBRARY: JSON.stringify(library),
        LOOOP_PTY_SHA256: JSON.stringify(sha256(readFileSync(join(ROOT, "node_modules", LIBRARIES, file)))),
        ...(url === undefined ? {} : { LOOOP_RELEASE_URL: JSON.stringify(url) }),
      },
      external: Object.values(PTY_FILES)
        .filter((other) => other !== file)
        .map((other) => `${LIBRARIES}/${other}`),
      plugins: [packedLibrary, packedEmulator],
      compile: {
        outfile,
        autoloadDotenv: false,
        autoloadBunfig: false,
        bytecodeOrder: BYTECODE_ORDER,
        jitPolicy: JIT_POLICY,
        ...(foreign === undefined ? {} : { target: foreign.target.bun, executablePath: foreign.runtime }),
      },
      throw: false,
    });
    if (!done.success) throw new Error(done.logs.map(String).join("\n"));
  } finally {
    process.chdir(before);
  }
}

/** A file as it lies in a program; a PTY library is unpacked by src/sys/pty/pty-bun.ts. */
export function packed(path: string): Uint8Array {
  return zstdCompressSync(readFileSync(path), { params: { [constants.ZSTD_c_compressionLevel]: 19 } });
}

/** Puts the PTY library in packed. */
const packedLibrary: Bun.BunPlugin = {
  name: "packed library",
  setup: (build) => {
    build.onLoad({ filter: /\/librust_pty\w*\.(so|dylib)$/ }, ({ path }) => ({
      contents: packed(path),
      loader: "file",
    }));
  },
};

const PACKED = "packed:";

/**
 * Puts the terminal emulator in packed, as source: the largest package, and only what draws a screen loads it. It is a
 * CommonJS file of its own, so it can be read when it is asked for.
 */
const packedEmulator: Bun.BunPlugin = {
  name: "packed emulator",
  setup: (build) => {
    build.onLoad({ filter: /\/xterm-headless\.js$/ }, ({ path }) => ({ contents: unpacking(path), loader: "js" }));
    build.onResolve({ filter: /^packed:/ }, ({ path }) => ({
      path: `${path.slice(PACKED.length)}.zst`,
      namespace: "packed",
    }));
    build.onLoad({ filter: /\.zst$/, namespace: "packed" }, ({ path }) => ({
      contents: packed(join(ROOT, path.slice(0, -".zst".length))),
      loader: "file",
    }));
  },
};

/** The source of a module that is the CommonJS file at `path`, unpacked when it is loaded. */
function unpacking(path: string): string {
  return `
    import { readFileSync } from "node:fs";
    import file from ${JSON.stringify(PACKED + relative(ROOT, path))} with { type: "file" };
    const module = { exports: {} };
    new Function("module", "exports", Bun.zstdDecompressSync(readFileSync(file)).toString())(module, module.exports);
    export default module.exports;
  `;
}
