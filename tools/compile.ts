/** Compiles one program to one file. The reason for each option is in docs/decisions/0004-build-options.md. */
import { mkdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { constants, zstdCompressSync } from "node:zlib";
import { sha256 } from "../src/sys/ffi/hash.ts";
import { type LibraryName, PTY_FILES } from "../src/sys/pty/pty-library.ts";
import { ROOT } from "./project.ts";
import type { Target } from "./targets.ts";

const LIBRARIES = "bun-pty/rust-pty/target/release";

/** The layout of the bytecode, which tools/bytecode-order.ts writes. */
export const BYTECODE_ORDER = join(ROOT, "tools/bytecode-order.txt");

/** The factor by which JIT compilation is delayed at the start; src/sys/ffi/hot-code-bun.ts ends the delay. */
const JIT_POLICY = 50;

/**
 * An option for the runtime. With any of them, a compiled program parses its options before it looks for the current folder,
 * and so starts in one that was deleted; without, it ends there. This one forbids what a compiled program never does.
 */
const START_ANYWHERE = "--no-install";

export interface Compilation {
  /** The entry point, relative to the project's folder. */
  readonly entry: string;
  /** The path of the program. Its last part is the name that the program sees in its argv. */
  readonly outfile: string;
  /** The PTY library to include. Each has half a megabyte, so those for other machines are left out. */
  readonly library: LibraryName;
  /** The URL of the release's files, for `looop upgrade`. */
  readonly url?: string;
  /** Another machine as the target, and its Bun; without it, this machine and the running Bun. */
  readonly foreign?: { readonly target: Target; readonly runtime: string };
}

/**
 * Makes the folder in which this process compiles; the caller removes it, because a killed Bun leaves its intermediate
 * file in the current folder. Its depth in the project is fixed: the relative path from it to the sources goes into the
 * hashed names of the program's chunks, and one commit must give the same bytes wherever the project is.
 */
export function workFolder(): string {
  const folder = join(ROOT, "dist", `.new.${process.pid}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Compiles in a {@linkcode workFolder}. Throws with the bundler's messages. */
export async function compile({ entry, outfile, library, url, foreign }: Compilation, folder: string): Promise<void> {
  const file = PTY_FILES[library];
  const before = process.cwd();
  process.chdir(folder);
  try {
    const done = await Bun.build({
      entrypoints: [join(ROOT, entry)],
      // Without it, the names of the chunks depend on the project's path.
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
        execArgv: [START_ANYWHERE],
        ...(foreign === undefined ? {} : { target: foreign.target.bun, executablePath: foreign.runtime }),
      },
      throw: false,
    });
    if (!done.success) throw new Error(done.logs.map(String).join("\n"));
  } finally {
    process.chdir(before);
  }
}

/** Returns a file compressed, as a program contains it; src/sys/pty/pty-bun.ts unpacks the PTY library. */
export function packed(path: string): Uint8Array {
  return zstdCompressSync(readFileSync(path), { params: { [constants.ZSTD_c_compressionLevel]: 19 } });
}

/** Compresses the PTY library in the program. */
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
 * Compresses the terminal emulator and its serializer in the program, as source: they are large, and only commands that
 * draw a screen load them. Each is a single CommonJS file, so it can be unpacked on demand.
 */
const packedEmulator: Bun.BunPlugin = {
  name: "packed emulator",
  setup: (build) => {
    build.onLoad({ filter: /\/(xterm-headless\.js|addon-serialize\.mjs)$/ }, ({ path }) => ({
      // The CommonJS file of the same name: a module cannot be run from its text.
      contents: unpacking(path.replace(/\.mjs$/, ".js")),
      loader: "js",
    }));
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

/** Returns the source of a module that unpacks and runs the CommonJS file at `path` when it is imported. */
function unpacking(path: string): string {
  return `
    import { readFileSync } from "node:fs";
    import file from ${JSON.stringify(PACKED + relative(ROOT, path))} with { type: "file" };
    const module = { exports: {} };
    new Function("module", "exports", Bun.zstdDecompressSync(readFileSync(file)).toString())(module, module.exports);
    export default module.exports;
  `;
}
