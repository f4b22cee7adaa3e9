/** Reproducible tar.gz archives: the bytes depend only on the files, not on the clock, the user or the folder's order. */
import { gunzipSync, gzipSync } from "node:zlib";

export interface Entry {
  readonly name: string;
  readonly content: Uint8Array;
  readonly isProgram?: boolean;
}

const BLOCK = 512;

/** Packs `entries` in their order. All get the time `mtimeS`, in seconds since the epoch. */
export function pack(entries: readonly Entry[], mtimeS: number): Uint8Array {
  const parts = entries.flatMap((entry) => {
    const padding = (BLOCK - (entry.content.length % BLOCK)) % BLOCK;
    return [header(entry, mtimeS), entry.content, new Uint8Array(padding)];
  });
  return gzipSync(Buffer.concat([...parts, new Uint8Array(2 * BLOCK)]), { level: 6 });
}

/** Returns a POSIX ustar header. */
function header({ name, content, isProgram = false }: Entry, mtimeS: number): Uint8Array {
  if (Buffer.byteLength(name) > 100) throw new Error(`Cannot pack ${name}: its name is too long for ustar`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at, "latin1");
  block.write(name, 0, "utf8");
  octal(isProgram ? 0o755 : 0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(content.length, 124, 12);
  octal(mtimeS, 136, 12);
  block.fill(" ", 148, 156);
  block.write("0", 156, "latin1");
  block.write("ustar\x0000", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

/** Returns the files in an archive that {@linkcode pack} made. */
export function unpack(archive: Uint8Array): Entry[] {
  const bytes = gunzipSync(archive);
  const text = (from: number, length: number) => bytes.toString("utf8", from, from + length).replace(/\0.*$/s, "");
  const entries: Entry[] = [];
  for (let at = 0; bytes[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12), 8);
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size);
    entries.push({ name: text(at, 100), content, isProgram: (Number.parseInt(text(at + 100, 8), 8) & 0o111) !== 0 });
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return entries;
}
