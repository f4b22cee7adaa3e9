/** Reads the headers of executable files, without running them: for programs built for other machines. */
import { createHash } from "node:crypto";

export interface Executable {
  readonly os: "darwin" | "linux";
  readonly arch: "arm64" | "x64";
  /** On Linux, the dynamic loader, which shows the C library. */
  readonly loader?: string;
}

/** Reads an ELF or a Mach-O header. Throws on anything else. */
export function describe(file: Buffer): Executable {
  if (file.readUInt32BE(0) === 0x7f454c46) return { os: "linux", arch: elfArch(file), loader: elfLoader(file) };
  if (file.readUInt32LE(0) === 0xfeedfacf) return { os: "darwin", arch: machArch(file) };
  throw new Error(`Cannot read the executable: it begins with ${file.subarray(0, 4).toString("hex")}`);
}

function elfArch(file: Buffer): Executable["arch"] {
  const machine = file.readUInt16LE(18);
  if (machine === 62) return "x64";
  if (machine === 183) return "arm64";
  throw new Error(`Cannot read the executable: ELF machine ${machine}`);
}

/** Returns the text of the PT_INTERP segment. */
function elfLoader(file: Buffer): string {
  const [table, size, count] = [Number(file.readBigUInt64LE(32)), file.readUInt16LE(54), file.readUInt16LE(56)];
  for (let at = table; at < table + size * count; at += size) {
    if (file.readUInt32LE(at) !== 3) continue;
    const from = Number(file.readBigUInt64LE(at + 8));
    return file.toString("latin1", from, from + Number(file.readBigUInt64LE(at + 32)) - 1);
  }
  throw new Error("Cannot read the executable: it names no loader");
}

function machArch(file: Buffer): Executable["arch"] {
  const cpu = file.readUInt32LE(4);
  if (cpu === 0x01000007) return "x64";
  if (cpu === 0x0100000c) return "arm64";
  throw new Error(`Cannot read the executable: Mach-O processor ${cpu}`);
}

/**
 * Returns the numbers of a Mach-O's pages whose hash differs from the signature's. macOS on arm64 kills a program at the
 * first such page, and kills one without a signature at once. Throws when there is no signature.
 */
export function badPages(file: Buffer): number[] {
  const signature = machSignature(file);
  const directory = signature + blobAt(file, signature, 0xfade0c02);
  const [hashes, slots, limit] = [16, 28, 32].map((at) => file.readUInt32BE(directory + at)) as [
    number,
    number,
    number,
  ];
  const [hashBytes, kind, pageBits] = [36, 37, 39].map((at) => file[directory + at]) as [number, number, number];
  if (hashBytes !== 32 || kind !== 2) throw new Error("Cannot check the signature: its hashes are not SHA-256");
  const pageBytes = 2 ** pageBits;
  return Array.from({ length: slots }, (_, slot) => slot).filter((slot) => {
    const page = file.subarray(slot * pageBytes, Math.min((slot + 1) * pageBytes, limit));
    const at = directory + hashes + slot * hashBytes;
    return !createHash("sha256")
      .update(page)
      .digest()
      .equals(file.subarray(at, at + hashBytes));
  });
}

/** Returns the offset of the data of LC_CODE_SIGNATURE. */
function machSignature(file: Buffer): number {
  let at = 32;
  for (let left = file.readUInt32LE(16); left > 0; left--) {
    if (file.readUInt32LE(at) === 0x1d) return file.readUInt32LE(at + 8);
    at += file.readUInt32LE(at + 4);
  }
  throw new Error("Cannot check the signature: there is none");
}

/** Returns the offset, within the signature, of the blob with this magic number. */
function blobAt(file: Buffer, signature: number, magic: number): number {
  const count = file.readUInt32BE(signature + 8);
  for (let blob = 0; blob < count; blob++) {
    const offset = file.readUInt32BE(signature + 12 + blob * 8 + 4);
    if (file.readUInt32BE(signature + offset) === magic) return offset;
  }
  throw new Error("Cannot check the signature: it has no code directory");
}
