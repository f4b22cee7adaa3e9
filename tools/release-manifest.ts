/** What manifest.json says of a release. Made by tools/release.ts; read by install.sh's tests and the Homebrew formula. */

export interface FileFacts {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Asset {
  readonly target: string;
  readonly os: "darwin" | "linux";
  readonly arch: "arm64" | "x64";
  readonly libc?: "glibc" | "musl";
  /** How much larger the program is than one for the same target that does nothing. */
  readonly overBytes: number;
  readonly binary: FileFacts;
  readonly archive: FileFacts;
}

export interface Manifest {
  readonly v: 1;
  readonly name: "looop";
  readonly version: string;
  /** The commit it was built from; ends in `-changed` when that was not all of it. */
  readonly commit: string;
  /** When that commit was made, as ISO 8601 in UTC. */
  readonly created: string;
  /** The Bun inside. */
  readonly bun: string;
  /** Where the files lie, without a last slash; absent in a release that was built for no place. */
  readonly url?: string;
  readonly assets: readonly Asset[];
}
