import type { Deflate } from "../sys.ts";

/** Bun's deflate writes neither the zlib header nor the checksum that git needs. */
export const deflate: Deflate = (content) => {
  const packed = Bun.deflateSync(new Uint8Array(content));
  const bytes = new Uint8Array(packed.length + 6);
  bytes.set([0x78, 0x9c]);
  bytes.set(packed, 2);
  new DataView(bytes.buffer).setUint32(packed.length + 2, Bun.hash.adler32(content));
  return bytes;
};
