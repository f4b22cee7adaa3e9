/** The content of a release's manifest.json. tools/release.ts writes it; install.sh's tests and the Homebrew formula read it. */

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
  /** The difference in size to an empty program for the same target. */
  readonly overBytes: number;
  readonly binary: FileFacts;
  readonly archive: FileFacts;
}

export interface Manifest {
  readonly v: 1;
  readonly name: "looop";
  readonly version: string;
  /** The commit it was built from; ends in `-changed` when the working tree had other changes. */
  readonly commit: string;
  /** The time of that commit, as ISO 8601 in UTC. */
  readonly created: string;
  /** The Bun inside. */
  readonly bun: string;
  /** The URL of the files, without a final slash; absent in a release that was built without one. */
  readonly url?: string;
  readonly assets: readonly Asset[];
}
