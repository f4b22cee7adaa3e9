/**
 * Signs a Mach-O program ad hoc: without an identity, only with the hash of every page, as Apple's linker does.
 *
 * Bun signs what it compiles for arm64 and leaves on x64 the signature of its own bytes, which is then wrong (seen with
 * 1.4.5): such a program fails `codesign -v`, and a macOS that checks signatures kills it.
 */
import { createHash } from "node:crypto";

const PAGE_BYTES = 4_096;
const HASH_BYTES = 32;
/** A CodeDirectory of version 0x20400, without its identifier and hashes. */
const DIRECTORY_BYTES = 88;
const SUPERBLOB_BYTES = 20;
/** adhoc, linker-signed */
const FLAGS = 0x20002;

/** The offsets of the load commands that a signature changes, and of __TEXT in the file. */
interface Commands {
  readonly signature: number;
  readonly linkEdit: number;
  readonly text: number;
}

/** Returns the program with its signature replaced by one that matches it. */
export function signed(program: Buffer, identifier: string): Buffer {
  const { signature, linkEdit, text } = commandsOf(program);
  const limit = program.readUInt32LE(signature + 8);
  const name = Buffer.from(`${identifier}\0`);
  const slots = Math.ceil(limit / PAGE_BYTES);
  const length = SUPERBLOB_BYTES + DIRECTORY_BYTES + name.length + slots * HASH_BYTES;
  const padded = Math.ceil(length / 16) * 16;

  const code = Buffer.from(program.subarray(0, limit));
  code.writeUInt32LE(padded, signature + 12);
  const linkEditBytes = limit + padded - Number(code.readBigUInt64LE(linkEdit + 40));
  code.writeBigUInt64LE(BigInt(Math.ceil(linkEditBytes / PAGE_BYTES) * PAGE_BYTES), linkEdit + 32);
  code.writeBigUInt64LE(BigInt(linkEditBytes), linkEdit + 48);

  const head = Buffer.alloc(SUPERBLOB_BYTES + DIRECTORY_BYTES);
  words(head, 0, [0xfade0cc0, length, 1, 0, SUPERBLOB_BYTES]);
  const hashes = DIRECTORY_BYTES + name.length;
  words(head, SUPERBLOB_BYTES, [
    0xfade0c02,
    length - SUPERBLOB_BYTES,
    0x20400,
    FLAGS,
    hashes,
    DIRECTORY_BYTES,
    0,
    slots,
    limit,
  ]);
  // Size of a hash, SHA-256, no platform, log2 of the page.
  head.set([HASH_BYTES, 2, 0, Math.log2(PAGE_BYTES)], SUPERBLOB_BYTES + 36);
  head.writeBigUInt64BE(code.readBigUInt64LE(text + 40), SUPERBLOB_BYTES + 64);
  head.writeBigUInt64BE(code.readBigUInt64LE(text + 48), SUPERBLOB_BYTES + 72);
  head.writeBigUInt64BE(1n, SUPERBLOB_BYTES + 80); // the main program
  const pages = Array.from({ length: slots }, (_, slot) => {
    const page = code.subarray(slot * PAGE_BYTES, Math.min((slot + 1) * PAGE_BYTES, limit));
    return createHash("sha256").update(page).digest();
  });
  return Buffer.concat([code, head, name, ...pages, Buffer.alloc(padded - length)]);
}

function words(into: Buffer, at: number, values: readonly number[]): void {
  for (const [index, value] of values.entries()) into.writeUInt32BE(value, at + index * 4);
}

function commandsOf(program: Buffer): Commands {
  const found: Record<string, number> = {};
  let at = 32;
  for (let left = program.readUInt32LE(16); left > 0; left--) {
    const kind = program.readUInt32LE(at);
    if (kind === 0x1d) found["signature"] = at;
    if (kind === 0x19) found[program.toString("latin1", at + 8, at + 24).replaceAll("\0", "")] = at;
    at += program.readUInt32LE(at + 4);
  }
  const { signature, __LINKEDIT: linkEdit, __TEXT: text } = found;
  if (signature === undefined || linkEdit === undefined || text === undefined)
    throw new Error("Cannot sign: no place for it");
  return { signature, linkEdit, text };
}
