/** The targets of a release. */
import type { LibraryName } from "../src/sys/pty/pty-library.ts";

export interface Target {
  /** The name in the release's files: `looop-<name>.tar.gz`. */
  readonly name: string;
  readonly os: "darwin" | "linux";
  readonly arch: "arm64" | "x64";
  /** The C library of a Linux target. */
  readonly libc?: "glibc" | "musl";
  /** The name for `bun build --target`. */
  readonly bun: Bun.Build.CompileTarget;
  /** The npm package with its Bun, pinned in tools/runtimes/. */
  readonly package: string;
  /** The PTY library in the program. */
  readonly library: LibraryName;
}

/** Every target. Bun's `baseline` is for x64 processors without AVX2. */
export const TARGETS: readonly Target[] = [
  {
    name: "darwin-arm64",
    os: "darwin",
    arch: "arm64",
    bun: "bun-darwin-arm64",
    package: "@oven/bun-darwin-aarch64",
    library: "darwin-arm64",
  },
  {
    name: "darwin-x64",
    os: "darwin",
    arch: "x64",
    bun: "bun-darwin-x64",
    package: "@oven/bun-darwin-x64",
    library: "darwin-x64",
  },
  {
    name: "linux-x64",
    os: "linux",
    arch: "x64",
    libc: "glibc",
    bun: "bun-linux-x64",
    package: "@oven/bun-linux-x64",
    library: "linux-x64",
  },
  {
    name: "linux-x64-baseline",
    os: "linux",
    arch: "x64",
    libc: "glibc",
    bun: "bun-linux-x64-baseline",
    package: "@oven/bun-linux-x64-baseline",
    library: "linux-x64",
  },
  {
    name: "linux-arm64",
    os: "linux",
    arch: "arm64",
    libc: "glibc",
    bun: "bun-linux-arm64",
    package: "@oven/bun-linux-aarch64",
    library: "linux-arm64",
  },
  {
    name: "linux-x64-musl",
    os: "linux",
    arch: "x64",
    libc: "musl",
    bun: "bun-linux-x64-musl",
    package: "@oven/bun-linux-x64-musl",
    library: "linux-x64-musl",
  },
  {
    name: "linux-arm64-musl",
    os: "linux",
    arch: "arm64",
    libc: "musl",
    bun: "bun-linux-arm64-musl",
    package: "@oven/bun-linux-aarch64-musl",
    library: "linux-arm64-musl",
  },
];
